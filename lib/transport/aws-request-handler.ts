import type { HttpHandlerOptions, HttpRequest, HttpResponse, RequestHandler } from '@smithy/types';
import type { Loss } from './exchange.ts';
import type { Network } from './network.ts';

/** What the AWS SDK's clients take as their `requestHandler`. */
interface AwsRequestHandler extends RequestHandler<HttpRequest, HttpResponse, HttpHandlerOptions> {
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): object;
}

/** More than a secret of 64 KiB takes as JSON, or what SQS says of ten messages without their bodies. */
const MAX_BYTES = 1024 * 1024;

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
 * requests are each a POST of one document: those in AWS JSON, and STS, which the SDK asks for the role of a profile.
 * @param milliseconds for one try, from the connection to the last byte
 * @param maxBytes the longest answer that is read
 */
export function awsRequestHandler(network: Network, milliseconds: number, maxBytes = MAX_BYTES): AwsRequestHandler {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle({ protocol, hostname, port, method, path, headers, body }, { abortSignal } = {}) {
      if (method !== 'POST' || !(typeof body === 'string' || body instanceof Uint8Array)) {
        throw new TypeError('This is no POST of one document.');
      }
      const signal = abortSignal instanceof AbortSignal ? abortSignal : undefined;
      if (signal?.aborted) throw new Aborted();
      const origin = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`;
      const { outcome } = await network.to(origin).leaseNow(async (connection) => {
        const giveUp = () => void connection.close();
        signal?.addEventListener('abort', giveUp);
        try {
          return await connection.exchange({ method, path, headers, body, maxBytes }, milliseconds);
        } finally {
          signal?.removeEventListener('abort', giveUp);
        }
      });
      if ('lost' in outcome) throw signal?.aborted ? new Aborted() : errorOf(outcome);
      if (!outcome.complete) throw new AnswerLost('The answer broke off, or was too long.');
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
