import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type Answer, resourceNotFound } from './answers.ts';
import { deliver, send } from './delivery.ts';
import { Digest } from './digest.ts';
import { type Fault, Faults } from './faults.ts';
import { createIds } from './ids.ts';
import { Organization, type OrganizationOptions } from './organization.ts';
import { type AtlasRequest, createRequestLog } from './request-log.ts';
import type { Registry } from './service-account.ts';
import { defaultSettings, type Settings } from './settings.ts';
import { TokenEndpoint } from './token-endpoint.ts';
import { answerVersionedApi } from './versioned-api.ts';

export interface AtlasOptions {
  /** Default 0: any free port. */
  port?: number;
  /** Milliseconds since the epoch; default Date.now. */
  clock?: () => number;
  /** Milliseconds added to every answer; may be changed later in `settings`. */
  delay?: number;
  /** How many requests `requests` keeps; default all, 0 for none. */
  keepRequests?: number;
}

/** A running simulator of the part of Atlas that cancels invitations. */
export interface Atlas {
  /** http://127.0.0.1:PORT */
  readonly url: string;
  readonly settings: Settings;
  readonly faults: Faults;
  /** What arrived, oldest first. Empty it with `requests.length = 0`. */
  readonly requests: AtlasRequest[];
  readonly counts: Counts;
  addOrganization(options?: OrganizationOptions): Organization;
  /** Stops, and closes every connection. */
  close(): Promise<void>;
}

/** Counters since the start. */
export interface Counts {
  requests: number;
  tokenRequests: number;
  tokensMinted: number;
  /** Answers 429, faults included. */
  answered429: number;
  /** Requests that got no whole answer: reset, cut, or left hanging. */
  unanswered: number;
  faults: number;
}

/** Starts the simulator on loopback. */
export async function startAtlas({
  port = 0,
  clock = Date.now,
  delay = 0,
  keepRequests = Infinity,
}: AtlasOptions = {}): Promise<Atlas> {
  const settings: Settings = { ...defaultSettings(), delay };
  const registry: Registry = {
    ids: createIds(),
    settings,
    clock,
    tokens: new Map(),
    accounts: new Map(),
    apiKeys: new Map(),
  };
  const organizations = new Map<string, Organization>();
  const digest = new Digest(registry.apiKeys, settings, clock);
  const tokens = new TokenEndpoint(registry, organizations);
  const faults = new Faults();
  const log = createRequestLog(clock, keepRequests);
  const counts: Counts = { requests: 0, tokenRequests: 0, tokensMinted: 0, answered429: 0, unanswered: 0, faults: 0 };

  const server = createServer((message, response) => {
    handle(message, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  // Longer than any test: a connection ends when a fault or the client ends it.
  server.keepAliveTimeout = 600_000;
  server.requestTimeout = 0;

  async function handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = log.record(message);
    counts.requests += 1;
    const body = message.method === 'POST' ? await readText(message) : '';
    if (message.method !== 'POST') message.resume();
    const fault = faults.take(request);
    const { before, after } = settings;
    if (before) await before(request);
    const answer = fault ? faulty(fault, message, body) : act(message, body);
    if (after) await after(request);
    if (settings.delay > 0) await wait(settings.delay);
    request.status = answer.status;
    if (answer.status === 429) counts.answered429 += 1;
    if (fault) await play(fault, request, response, answer);
    else if (!response.destroyed) send(response, answer);
  }

  /** What the request does and how it is answered when nothing goes wrong. */
  function act(message: IncomingMessage, body: string): Answer {
    const target = message.url ?? '';
    const { authorization, accept, 'content-type': contentType } = message.headers;
    const answer = target.startsWith('/api/oauth/')
      ? oauth(message.method ?? '', target, { authorization, contentType, body })
      : answerVersionedApi(registry, digest, organizations, {
          method: message.method ?? '',
          target,
          authorization,
          accept,
        });
    answer.headers['X-Envoy-Upstream-Service-Time'] = `${settings.upstreamServiceTime}`;
    return answer;
  }

  function oauth(method: string, target: string, form: Parameters<TokenEndpoint['token']>[0]): Answer {
    if (method === 'POST' && target === '/api/oauth/revoke') return tokens.revoke(form);
    if (method !== 'POST' || target !== '/api/oauth/token') return resourceNotFound(target);
    counts.tokenRequests += 1;
    const answer = tokens.token(form);
    counts.tokensMinted = tokens.minted;
    return answer;
  }

  function faulty(fault: Fault, message: IncomingMessage, body: string): Answer {
    const acts = fault.act ?? (fault.status === undefined && fault.delivery !== 'reset' && fault.delivery !== 'end');
    const held = fault.delivery === 'hold' && !acts;
    const truth = acts ? act(message, body) : { status: held ? 503 : 0, headers: {} };
    if (fault.status === undefined) return { ...truth, headers: { ...truth.headers, ...fault.headers } };
    const json = typeof fault.body === 'object' && !Buffer.isBuffer(fault.body);
    const content = json ? JSON.stringify(fault.body) : (fault.body as string | Buffer | undefined);
    return {
      status: fault.status,
      headers: { ...(json && { 'Content-Type': 'application/json' }), ...fault.headers },
      ...(content !== undefined && { body: content }),
    };
  }

  async function play(fault: Fault, request: AtlasRequest, response: ServerResponse, answer: Answer): Promise<void> {
    const delivery = fault.delivery ?? 'whole';
    request.faulted = true;
    counts.faults += 1;
    if (delivery !== 'whole' && delivery !== 'close') {
      request.status = 0;
      counts.unanswered += 1;
    }
    await deliver(response, answer, delivery, () => faults.hold(fault));
  }

  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(port, '127.0.0.1', listening.resolve);
  await listening.promise;
  const address = server.address() as AddressInfo; // A TCP server that listens has one.

  return {
    url: `http://127.0.0.1:${address.port}`,
    settings,
    faults,
    requests: log.requests,
    counts,
    addOrganization(options) {
      const organization = new Organization(registry, options);
      organizations.set(organization.id, organization);
      return organization;
    },
    async close() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      faults.clear();
      await closed.promise;
    },
  };
}

async function readText(message: IncomingMessage): Promise<string> {
  message.setEncoding('utf8');
  let text = '';
  for await (const chunk of message) text += chunk;
  return text;
}
