/** `npm start`: the whole product on this machine, and cancellations through every door. */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { startApiGateway } from './api-gateway.ts';
import { currentPackage } from './current-package.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { freePorts, LOOPBACK } from './ports.ts';
import { projectRoot } from './service-package.ts';
import type { OpenDoor, Premises } from './show/act.ts';
import { openHttpDoor } from './show/http.ts';
import { show } from './show/show.ts';
import { openSunset } from './show/sunset.ts';
import { commandLines } from './show/table.ts';
import { startStage } from './stage.ts';
import { statusLine } from './status-line.ts';
import { tellChanges } from './tell-changes.ts';

/** In the order in which they are shown. What brings much code with it is loaded while API Gateway starts. */
const DOORS: readonly OpenDoor[] = [
  openHttpDoor,
  async (premises) => (await import('./show/queue.ts')).openQueueDoor(premises),
  async (premises) => (await import('./show/workflow.ts')).openWorkflowDoor(premises),
];

// Compiled code is kept from one run to the next: half a second less each for this process and for osls.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('node_modules/.cache/compiled/', projectRoot));
enableCompileCache();

const status = statusLine(process.stdout);
/** Exit code for an interruption: 128 + SIGINT as shells have it, until it is known how the show ended. */
let codeSoFar = 130;
/** A second signal changes nothing: one Ctrl-C comes from the terminal, and once more from who passes it on. */
const interrupted = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve());
});
/** Whatever was started, to be ended in reverse order. */
const started = new AsyncDisposableStack();

async function run({ once, port: wanted, logs }: Options): Promise<void> {
  // Known before anything listens there, so that a port that is taken is told at once, and the API can be started twice.
  const [port, lambdaPort] = await freePorts([wanted, 0]);
  const servicePackage = await currentPackage(() => status.show('Packaging the functions ...'));
  status.show('Starting API Gateway, Lambda, SQS, Secrets Manager and Atlas ...');
  const stage = started.adopt(await startStage(), ({ close }) => close());
  const log = (line: string) => {
    if (!logs) return;
    status.clear();
    console.error(line);
  };
  const { environment } = stage;
  const startApi = () => {
    const starting = startApiGateway({ servicePackage, environment, port, lambdaPort, log });
    // One that failed has told whoever waits for it, and has stopped.
    started.defer(() => starting.then(({ stop }) => stop()).catch(() => {}));
    return starting;
  };
  const starting = startApi();
  const premises: Premises = {
    stage,
    servicePackage,
    apiUrl: `http://${LOOPBACK}:${port}`,
    lambdaUrl: `http://${LOOPBACK}:${lambdaPort}`,
    apiReady: starting,
    log,
  };
  const open = async (door: OpenDoor) => started.adopt(await door(premises), ({ close }) => close());
  const doors = DOORS.map(open);

  const good = await show(stage, [doors, [open(openSunset)]], status);
  if (!good && !logs) console.error('Run it with --logs to see what the functions logged.');
  codeSoFar = good ? 0 : 1;
  if (once) return;

  status.show('Starting API Gateway and Lambda afresh: their functions remember the sunset ...');
  stage.atlas.settings.sunset = undefined;
  await (await starting).stop();
  const api = await startApi();
  status.clear();
  const opened = await Promise.all(doors);
  console.log(`\n${commandLines(opened.flatMap(({ commands }) => commands))}\n\nUp until Ctrl-C.`);
  const organizations = opened.map(({ organization }) => organization);
  tellChanges(stage.atlas, organizations, console.log);
  await api.ended;
  throw new Error('serverless-offline has ended by itself.');
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return console.log(USAGE);
  try {
    await Promise.race([run(options), interrupted]);
  } finally {
    status.clear();
    await started.disposeAsync();
  }
  // At an interruption something may be under way still: it goes with the process.
  process.exit(codeSoFar);
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
