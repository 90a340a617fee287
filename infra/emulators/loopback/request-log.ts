import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** A request as tests see it. */
export interface LoopbackRequest {
  /** Its place among all requests since the start, from 1. */
  readonly number: number;
  readonly method: string;
  /** Path with its query, as it stood in the request line. */
  readonly path: string;
  /** Lower-case names; of `authorization` only the scheme is kept, a session token not at all. */
  readonly headers: IncomingHttpHeaders;
  /** Which connection it came on, counted from 1. */
  readonly connection: number;
  /** Whether that connection had carried a request before. */
  readonly reused: boolean;
  /** Clock at its arrival, milliseconds. */
  readonly at: number;
  /** Status of the answer; 0 while there is none, or where none was given. */
  status: number;
  /** Whether a fault was played on it. */
  faulted: boolean;
}

/** Numbers requests and connections, and keeps the last `limit` requests. */
export function createRequestLog<R extends LoopbackRequest>(clock: () => number, limit: number) {
  const requests: R[] = [];
  const connections = new WeakMap<Socket, number>();
  let requestCount = 0;
  let connectionCount = 0;

  function see(message: IncomingMessage): LoopbackRequest {
    const known = connections.get(message.socket);
    const connection = known ?? ++connectionCount;
    if (known === undefined) connections.set(message.socket, connection);
    return {
      number: ++requestCount,
      method: message.method ?? '',
      path: message.url ?? '',
      headers: withoutSecrets(message.headers),
      connection,
      reused: known !== undefined,
      at: clock(),
      status: 0,
      faulted: false,
    };
  }

  function keep(request: R): void {
    if (limit > 0) requests.push(request);
    // Cut back by halves: a shift for every request of a long run would cost more than the request.
    if (requests.length > 0 && requests.length >= limit * 2) requests.splice(0, requests.length - limit);
  }

  return { requests, see, keep };
}

function withoutSecrets(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { authorization, 'x-amz-security-token': token } = headers;
  if (authorization === undefined) return headers;
  const kept: IncomingHttpHeaders = { ...headers, authorization: authorization.split(' ', 1)[0] ?? '' };
  if (token !== undefined) delete kept['x-amz-security-token'];
  return kept;
}
