import { randomUUID } from 'node:crypto';

/** What Lambda's Invoke says of a function that threw. */
interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** One invocation: what the function returned, or what it threw. */
export type Invocation = { readonly payload: unknown } | { readonly error: FunctionError };

/**
 * Invokes a function and waits for its end.
 * @param clientContext Invoke's parameter of this name: JSON, base64
 */
export type Invoke = (payload: unknown, clientContext?: string) => Promise<Invocation>;

/** The part of Lambda's context object that there is here. */
export interface LambdaContext {
  readonly awsRequestId: string;
  readonly getRemainingTimeInMillis: () => number;
  readonly clientContext?: unknown;
}

// biome-ignore lint/suspicious/noExplicitAny: each handler knows its own event and context, which come from outside.
export type Handler = (event: any, context: any) => Promise<unknown>;

/**
 * Runs a handler as Lambda's runtime for Node.js does, between two JSON texts: of what is thrown, the name, the message and
 * the stack go out, and nothing else (aws-lambda-nodejs-runtime-interface-client, src/Errors.js). serverless-offline answers
 * every error as "Error", so that a state machine could not tell them apart.
 *
 * @param seconds the function's timeout, for the time it is told to have left; nothing ends it here
 */
export function lambdaRuntime(handler: Handler, seconds: number): Invoke {
  return async (payload, clientContext) => {
    const endsAt = Date.now() + seconds * 1000;
    const context: LambdaContext = {
      awsRequestId: randomUUID(),
      getRemainingTimeInMillis: () => Math.max(0, endsAt - Date.now()),
      ...(clientContext === undefined
        ? {}
        : { clientContext: JSON.parse(Buffer.from(clientContext, 'base64').toString('utf8')) }),
    };
    try {
      return { payload: overTheWire(await handler(overTheWire(payload), context)) };
    } catch (thrown) {
      return { error: rapidResponse(thrown) };
    }
  };
}

function overTheWire(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null));
}

function rapidResponse(thrown: unknown): FunctionError {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: thrown.stack?.split('\n') ?? [] };
}
