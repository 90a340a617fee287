import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Answer } from './answer.ts';
import { deliver, send } from './delivery.ts';
import { type Fault, Faults } from './faults.ts';
import { createRequestLog, type LoopbackRequest } from './request-log.ts';

/** What may be switched on a running server. */
export interface ServerSettings<R> {
  /** Milliseconds added to every answer. */
  delay: number;
  /** Runs when a request has arrived, before it is checked or takes effect. */
  before?: ((request: R) => void | Promise<void>) | undefined;
  /** Runs when a request has taken effect, before its answer leaves. */
  after?: ((request: R) => void | Promise<void>) | undefined;
}

/** Counters since the start. */
export interface ServerCounts {
  requests: number;
  /** Answers 429, faults included. */
  answered429: number;
  /** Requests that got no whole answer in time: reset, cut, or held. */
  unanswered: number;
  faults: number;
}

export function emptyCounts(): ServerCounts {
  return { requests: 0, answered429: 0, unanswered: 0, faults: 0 };
}

interface ServerOptions<R extends LoopbackRequest> {
  port: number;
  clock: () => number;
  /** How many requests to keep. */
  keepRequests: number;
  settings: ServerSettings<R>;
  /** Where to count; the caller may count more in it. */
  counts: ServerCounts;
  /** The request as it is logged and shown to faults. */
  describe: (request: LoopbackRequest, body: string) => R;
  /** What a request does, and its answer when nothing goes wrong. Runs to its end at once: effects are never half done. */
  act: (request: R, message: IncomingMessage, body: string) => Answer;
}

export interface LoopbackServer<R extends LoopbackRequest> {
  /** http://127.0.0.1:PORT */
  readonly url: string;
  readonly requests: R[];
  readonly faults: Faults<R>;
  readonly counts: ServerCounts;
  close(): Promise<void>;
}

/** Starts an HTTP server on loopback that logs, answers, and fails on demand. */
export async function startServer<R extends LoopbackRequest>(options: ServerOptions<R>): Promise<LoopbackServer<R>> {
  const { port, clock, keepRequests, settings, counts, describe, act } = options;
  const log = createRequestLog<R>(clock, keepRequests);
  const faults = new Faults<R>();

  // A mistake of ours, or of a hook, is an unhandled rejection: loud on purpose.
  const server = createServer((message, response) => void handle(message, response));
  // None: a connection ends when a fault or the client ends it, and no Keep-Alive header hints at more.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;

  async function handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    counts.requests += 1;
    const seen = log.see(message);
    const body = message.method === 'POST' ? await readText(message) : '';
    if (body === undefined) return;
    if (message.method !== 'POST') message.resume();
    const request = describe(seen, body);
    log.keep(request);
    const fault = faults.take(request);
    const { before, after } = settings;
    if (before) await before(request);
    const answer = fault ? replace(fault, () => act(request, message, body)) : act(request, message, body);
    if (after) await after(request);
    if (settings.delay > 0) await wait(settings.delay);
    request.status = answer.status;
    if (answer.status === 429) counts.answered429 += 1;
    if (fault) await play(fault, request, response, answer);
    else if (!response.destroyed) send(response, answer);
  }

  async function play(fault: Fault, request: R, response: ServerResponse, answer: Answer): Promise<void> {
    const delivery = fault.delivery ?? 'whole';
    const gone = new Promise<void>((resolve) => response.once('close', resolve));
    request.faulted = true;
    counts.faults += 1;
    if (delivery !== 'whole' && delivery !== 'close') {
      request.status = 0;
      counts.unanswered += 1;
    }
    await deliver(response, answer, delivery, () => faults.hold(fault, gone));
  }

  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(port, '127.0.0.1', listening.resolve);
  await listening.promise;
  const address = server.address() as AddressInfo; // A TCP server that listens has one.

  return {
    url: `http://127.0.0.1:${address.port}`,
    requests: log.requests,
    faults,
    counts,
    async close() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      faults.clear();
      await closed.promise;
    },
  };
}

/** The answer under a fault; the request takes effect first if the fault lets it. */
function replace(fault: Fault, act: () => Answer): Answer {
  const silent = fault.delivery === 'reset' || fault.delivery === 'end';
  const truth = (fault.act ?? (fault.status === undefined && !silent)) ? act() : { status: 503, headers: {} };
  if (fault.status === undefined) return { ...truth, headers: { ...truth.headers, ...fault.headers } };
  const { status, headers = {}, body } = fault;
  if (body === undefined) return { status, headers };
  if (typeof body === 'string' || Buffer.isBuffer(body)) return { status, headers, body };
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** The whole body, or undefined if the caller went away before its end. */
async function readText(message: IncomingMessage): Promise<string | undefined> {
  message.setEncoding('utf8');
  let text = '';
  try {
    for await (const chunk of message) text += chunk;
  } catch (error) {
    if (message.complete) throw error;
    return undefined;
  }
  return text;
}
