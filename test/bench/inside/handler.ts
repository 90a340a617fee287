import { lambdaContext } from '../../support/lambda.ts';

type Handler = (event: unknown, context: unknown) => Promise<{ statusCode: number }>;

/** Hands an event to a handler of the HTTP door. Anything but a cancellation is no measurement. */
export async function answerTo(handler: Handler, event: unknown): Promise<void> {
  const { statusCode } = await handler(event, context);
  if (statusCode !== 204) throw new Error(`a cancellation was answered ${statusCode}`);
}

const context = lambdaContext();

/** Loads a handler. */
export async function load(file: string): Promise<Handler> {
  return (await import(file)).handler;
}
