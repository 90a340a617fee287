import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { devNull } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { writeOfflineService } from './offline-service.ts';
import { freePorts, LOOPBACK } from './ports.ts';
import { type ServicePackage, serverlessScript } from './service-package.ts';

const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 10_000;

interface ApiGatewayOptions {
  /** The package to run: its archives, its routes. */
  readonly servicePackage: ServicePackage;
  /** Environment of the functions; nothing of this process's own reaches them. */
  readonly environment: Readonly<Record<string, string>>;
  /** @default 0, any free port */
  readonly port?: number;
  /** @default 0, any free port */
  readonly lambdaPort?: number;
  /** Gets each line that a function logs, and what Lambda says of a function that failed. @default ignored */
  readonly log?: (line: string) => void;
}

export interface ApiGateway {
  /** Base URL of the HTTP API, without a slash at its end. */
  readonly url: string;
  /** Base URL of Lambda's Invoke, for `AWS_ENDPOINT_URL_LAMBDA`; functions go by their names in Lambda. */
  readonly lambdaUrl: string;
  /** Settles when the emulators are gone, whoever ended them. */
  readonly ended: Promise<unknown>;
  /** Ends the emulators and waits until they are gone. */
  stop(): Promise<void>;
}

/**
 * Starts API Gateway (HTTP API, payload 2.0) and Lambda on this machine by serverless-offline, with the packaged
 * archives. Functions run in worker threads: as on Lambda, each has an environment of its own, and a request that runs
 * at the same time as another has modules of its own.
 *
 * @throws {Error} if a port is taken, or with what serverless-offline printed if it does not start
 */
export async function startApiGateway(options: ApiGatewayOptions): Promise<ApiGateway> {
  const [port, lambdaPort] = await freePorts([options.port ?? 0, options.lambdaPort ?? 0]);
  const directory = await writeOfflineService(options.servicePackage, options.environment);
  const where = ['--host', LOOPBACK, '--httpPort', `${port}`, '--lambdaPort', `${lambdaPort}`];
  const child = spawn(process.execPath, [serverlessScript, 'offline', 'start', ...where], {
    cwd: directory,
    env: offlineEnvironment(options.environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gone = once(child, 'exit');
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    child.kill('SIGTERM');
    const overdue = setTimeout(kill, STOP_DEADLINE_MS);
    await gone;
    clearTimeout(overdue);
    process.off('exit', kill);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await listening(child, child.stdout, child.stderr, options.log ?? (() => {}));
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://${LOOPBACK}:${port}`, lambdaUrl: `http://${LOOPBACK}:${lambdaPort}`, ended: gone, stop };
}

/**
 * serverless-offline hands its own `AWS_` variables on to the functions, and an `AUTHORIZER` into their events. So it gets
 * none of this process's; the SDK's other sources (home directory, EC2 metadata) are closed too.
 */
function offlineEnvironment(environment: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_') && name !== 'AUTHORIZER');
  return {
    ...Object.fromEntries(own),
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith('AWS_'))),
  };
}

/** Resolves when the API accepts connections; passes on what functions print, then and later. */
async function listening(child: ChildProcess, stdout: Readable, stderr: Readable, log: (line: string) => void) {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const said: string[] = [];
  let ready = false;
  createInterface(stdout).on('line', (line) => {
    if (!ready) said.push(line);
    // Functions print to stdout; all that serverless-offline has there is blank lines and a box with its routes.
    else if (!/^\s*($|[┌│└])/.test(line)) log(line);
  });
  createInterface(stderr).on('line', (line) => {
    if (!ready) said.push(line);
    // An error begins with a cross, and its stack is indented; the rest is a line for each request.
    else if (/^(×|\s+\S)/.test(line)) log(line);
    if (line.startsWith('Server ready:')) {
      ready = true;
      resolve();
    }
  });
  // `close` comes when both streams have ended, so that all was read which explains the end.
  child.once('close', (code) => reject(new Error(`serverless-offline ended with ${code}:\n${said.join('\n')}`)));
  child.once('error', reject);
  const overdue = setTimeout(
    () => reject(new Error(`serverless-offline did not start in ${START_DEADLINE_MS} ms:\n${said.join('\n')}`)),
    START_DEADLINE_MS,
  );
  await promise.finally(() => clearTimeout(overdue));
}
