/** The thread of a {@link startLambdaFunction}: has the function's own environment and modules, as a container has. */
import { parentPort, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { lambdaRuntime } from './lambda-runtime.ts';

const Data = v.object({ bundle: v.string(), exported: v.string(), seconds: v.number() });
const Message = v.object({ id: v.number(), payload: v.unknown(), clientContext: v.optional(v.string()) });

const { bundle, exported, seconds } = v.parse(Data, workerData);
const invoke = lambdaRuntime((await import(bundle))[exported], seconds);

parentPort?.on('message', async (message: unknown) => {
  const { id, payload, clientContext } = v.parse(Message, message);
  parentPort?.postMessage({ id, invocation: await invoke(payload, clientContext) });
});
parentPort?.postMessage('ready');
