import type { HttpHandlerOptions, HttpRequest, HttpResponse, RequestHandler } from '@smithy/types';
import type { Loss } from './exchange.ts';
import type { Network } from './network.ts';

/** What the AWS SDK's clients take as their `requestHandler`. */
interface AwsRequestHandler extends RequestHandler<HttpRequest, HttpResponse, HttpHandlerOptions> {
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): object;
}

/** SQS hands out ten messages of 1 MiB at the most, as JSON. */
const MAX_BYTES = 64 * 1024 * 1024;

/** By this name the SDK knows that another try may help (its service-error-classification, `TRANSIENT_ERROR_CODES`). */
class AnswerLost extends Error {
  override readonly name = 'TimeoutError';
}

/** By this name the SDK knows that no other try is wanted. */
class Aborted extends Error {
  override readonly name = 'AbortError';
}

/**
 * How the AWS SDK's clients send: over connections as all else has them, so that there is one rule for idle sockets and for
 * certificates. The SDK's own handler would load a second HTTP client, which a cold start pays for. For services whose
 * requests are each a POST of one document (AWS JSON 1.0 and 1.1).
 * @param milliseconds for one try, from the connection to the last byte
 */
export function awsRequestHandler(network: Network, milliseconds: number): AwsRequestHandler {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle({ protocol, hostname, port, method, path, headers, body }, { abortSignal } = {}) {
      if (method !== 'POST' || !(typeof body === 'string' || body instanceof Uint8Array)) {
        throw new TypeError('This is no request of an AWS JSON service.');
      }
      const signal = abortSignal instanceof AbortSignal ? abortSignal : undefined;
      if (signal?.aborted) throw new Aborted();
      const origin = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`;
      const { outcome } = await network.to(origin).leaseNow(async (connection) => {
        const giveUp = () => void connection.close();
        signal?.addEventListener('abort', giveUp);
        try {
          return await connection.exchange({ method, path, headers, body, maxBytes: MAX_BYTES }, milliseconds);
        } finally {
          signal?.removeEventListener('abort', giveUp);
        }
      });
      if ('lost' in outcome) throw signal?.aborted ? new Aborted() : errorOf(outcome);
      if (!outcome.complete) throw new AnswerLost('The answer broke off.');
      const received = Object.entries(outcome.headers).map(([name, value]) => [name, String(value)]);
      const response = { statusCode: outcome.status, headers: Object.fromEntries(received) };
      return { response: { ...response, body: Buffer.from(outcome.body) } };
    },
    destroy: () => void network.close(),
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
}

/** The SDK knows the codes of Node.js's own errors, and judges by them; undici's it doesn't. */
function errorOf({ cause }: Loss): Error {
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : 'UND_ERR_';
  return code.startsWith('UND_ERR_') ? new AnswerLost(cause.message, { cause }) : cause;
}
