/** `npm start`: the whole product on this machine, and one cancellation through every door. */
import { startApiGateway } from './api-gateway.ts';
import { currentPackage } from './current-package.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { freePorts } from './ports.ts';
import type { Act, OpenDoor } from './show/act.ts';
import { openHttpDoor } from './show/http.ts';
import { apiRequests, perform } from './show/perform.ts';
import { openSunset } from './show/sunset.ts';
import { commandLines, head, line } from './show/table.ts';
import { type Stage, startStage } from './stage.ts';
import { statusLine } from './status-line.ts';
import { tellChanges } from './tell-changes.ts';

/** In the order in which they are shown. */
const DOORS: readonly OpenDoor[] = [openHttpDoor, openSunset];

const status = statusLine(process.stdout);
/** Exit code for an interruption: 128 + SIGINT as shells have it, until it is known how the show ended. */
let codeSoFar = 130;
/** A second signal changes nothing: one Ctrl-C comes from the terminal and once more from who passes it on. */
const interrupted = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve());
});
/** Whatever was started, to be ended in reverse order. */
const started = new AsyncDisposableStack();

async function run({ once: ends, port: wanted, logs }: Options): Promise<void> {
  const [port] = await freePorts([wanted]);
  const servicePackage = await currentPackage(() => status.show('Packaging the functions ...'));
  status.show('Starting Atlas, Secrets Manager, API Gateway and Lambda ...');
  const stage = started.adopt(await startStage(), ({ close }) => close());
  const log = (text: string) => logs && console.error(text);
  const startApi = () => startApiGateway({ servicePackage, environment: stage.environment, port, log });
  let api = await startApi();
  started.defer(() => api.stop());
  status.clear();

  const doors = await Promise.all(DOORS.map((open) => open({ stage, apiUrl: api.url })));
  const good = await show(
    stage,
    doors.flatMap(({ acts }) => acts),
  );
  if (!good && !logs) console.error('What the functions logged is shown by --logs.');
  codeSoFar = good ? 0 : 1;
  if (ends) return;

  status.show('Starting API Gateway and Lambda afresh, to a time before the sunset ...');
  stage.atlas.settings.sunset = undefined;
  await api.stop();
  api = await startApi();
  status.clear();
  console.log(`\n${commandLines(doors.flatMap(({ commands }) => commands))}\n\nUp until Ctrl-C.`);
  tellChanges(stage, console.log);
  await api.ended;
  throw new Error('serverless-offline has ended. What it said is shown by --logs.');
}

/** Runs the acts one after the other and prints what became of them; whether all ended as they should. */
async function show(stage: Stage, acts: readonly Act[]): Promise<boolean> {
  console.log(head());
  let good = 0;
  for (const act of acts) {
    status.show(`${act.door}: ${act.person ?? act.asked} ...`);
    const ending = await perform(act, stage);
    status.clear();
    console.log(line(ending));
    if (ending.asExpected) good += 1;
  }
  const { atlas, secretsManager } = stage;
  const cost = [
    `requests to Atlas: ${apiRequests(stage)}`,
    `access tokens: ${atlas.counts.tokensMinted}`,
    `reads of the secret: ${secretsManager.counts.requests}`,
  ];
  console.log(`\n${good} of ${acts.length} as they should be. ${cost.join(', ')}.`);
  return good === acts.length;
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
  // At an interruption something may be about to start; with the process it goes.
  process.exit(codeSoFar);
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
