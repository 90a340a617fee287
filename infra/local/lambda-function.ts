import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { unzipSync } from 'fflate';
import type { Invocation, Invoke } from './lambda-runtime.ts';
import type { PackagedFunction } from './service-package.ts';

/** A packaged function that can be invoked directly. */
export interface LambdaFunction {
  readonly invoke: Invoke;
  /** Ends it, and with it what is being invoked. */
  stop(): Promise<void>;
}

interface LambdaFunctionOptions {
  /** All that the function finds in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Gets each line that it writes. @default ignored */
  readonly log?: (line: string) => void;
}

/**
 * Starts a function from its archive, in a thread with an environment of its own. One thread serves all invocations, also
 * at once, where Lambda would start a container for each.
 *
 * @throws {Error} what the bundle threw while it was loaded
 */
export async function startLambdaFunction(
  { name, handler, timeout, archive }: PackagedFunction,
  { environment, log = () => {} }: LambdaFunctionOptions,
): Promise<LambdaFunction> {
  const [file = '', exported] = handler.split('.');
  const directory = await mkdtemp(join(tmpdir(), `${name}-`));
  const bundle = join(directory, 'bundle.mjs');
  await writeFile(bundle, unzipSync(await readFile(archive))[`${file}.mjs`] ?? '');
  const worker = new Worker(new URL('lambda-worker.ts', import.meta.url), {
    env: {
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_LAMBDA_FUNCTION_NAME: name,
      ...environment,
    },
    workerData: { bundle: pathToFileURL(bundle).href, exported, seconds: timeout },
    stdout: true,
  });
  createInterface(worker.stdout).on('line', log);
  await once(worker, 'message').finally(() => rm(directory, { recursive: true, force: true }));

  let invocations = 0;
  let crashed: Invocation | undefined;
  const waiting = new Map<number, (invocation: Invocation) => void>();
  worker.on('message', ({ id, invocation }: { id: number; invocation: Invocation }) => {
    waiting.get(id)?.(invocation);
    waiting.delete(id);
  });
  worker.on('error', (error) => log(`${name} broke down: ${error.stack}`));
  worker.on('exit', (code) => {
    // As Lambda says of a runtime that ended without an answer.
    crashed = { error: { errorType: 'Runtime.ExitError', errorMessage: `${name} ended with ${code}.`, trace: [] } };
    for (const answer of waiting.values()) answer(crashed);
    waiting.clear();
  });
  return {
    invoke: async (payload, clientContext) => {
      if (crashed) return crashed;
      invocations += 1;
      const id = invocations;
      worker.postMessage({ id, payload, clientContext });
      return new Promise((resolve) => waiting.set(id, resolve));
    },
    stop: async () => {
      await worker.terminate();
    },
  };
}
