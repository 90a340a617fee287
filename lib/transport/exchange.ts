import type { IncomingHttpHeaders } from 'node:http';
import { Alarm } from './alarm.ts';
import type { HttpClient } from './client.ts';
import type { DispatchHandler } from './undici.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'DELETE' | 'POST';
  /** Path with query, every part encoded already. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** The most bytes of a body that are read; what comes after is not. */
  readonly maxBytes: number;
}

/** A status line that came, and as much of the answer as came with it. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** False where the body broke off or was larger than allowed. */
  readonly complete: boolean;
}

/** No status line came. */
export interface Loss {
  readonly lost: 'timeout' | 'connection';
  /** True where the request had been handed to the connection, so that the other side may have acted on it. */
  readonly sent: boolean;
  readonly cause: Error;
}

class TryTimeout extends Error {
  override readonly name = 'TryTimeout';
}

/**
 * Sends one request over one connection and reads the answer, within so many milliseconds. Never rejects, and never
 * follows a redirect: a redirect is an answer like any other. A client that lost an answer, or whose answer was cut, is
 * destroyed: what a later read would find on it belongs to the past.
 */
export function exchange(
  client: HttpClient,
  request: HttpRequest,
  milliseconds: number,
  alarm = new Alarm(),
): Promise<Answer | Loss> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let sent = false;
    let status: number | undefined;
    let headers: IncomingHttpHeaders = {};
    let settled = false;

    const settle = (outcome: Answer | Loss) => {
      // A client that was destroyed reports so later, when the alarm may be set for another exchange.
      if (settled) return;
      settled = true;
      alarm.clear();
      resolve(outcome);
    };
    const answer = (complete: boolean, answered: number): Answer => ({
      status: answered,
      headers,
      body: size === 0 ? '' : Buffer.concat(chunks).toString('utf8'),
      complete,
    });
    const broken = (cause: Error) => {
      settle(
        status === undefined
          ? { lost: cause instanceof TryTimeout ? 'timeout' : 'connection', sent, cause }
          : answer(false, status),
      );
      client.destroy(cause, () => {});
    };
    alarm.set(milliseconds, () => broken(new TryTimeout(`no answer within ${milliseconds} ms`)));

    const handler: DispatchHandler = {
      onRequestStart() {
        sent = true;
      },
      onResponseStart(_controller, answered, received) {
        // 1xx answers announce the real one (RFC 9110 section 15.2).
        if (answered < 200) return;
        status = answered;
        headers = received;
      },
      onResponseData(_controller, chunk) {
        size += chunk.length;
        if (size > request.maxBytes) broken(new Error(`answer larger than ${request.maxBytes} bytes`));
        else chunks.push(chunk);
      },
      onResponseEnd() {
        if (status !== undefined) settle(answer(true, status));
      },
      onResponseError(_controller, error) {
        broken(error);
      },
    };
    const { method, path, body } = request;
    try {
      client.dispatch({ method, path, headers: request.headers, ...(body === undefined ? {} : { body }) }, handler);
    } catch (error) {
      broken(error instanceof Error ? error : new Error(String(error)));
    }
  });
}
