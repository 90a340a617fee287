import type { IncomingMessage } from 'node:http';
import type { Answer } from '../loopback/answer.ts';
import type { LoopbackRequest } from '../loopback/request-log.ts';
import { emptyCounts, type LoopbackServer, type ServerCounts, startServer } from '../loopback/server.ts';
import { resourceNotFound } from './answers.ts';
import { Digest } from './digest.ts';
import { createIds } from './ids.ts';
import { Organization, type OrganizationOptions } from './organization.ts';
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

/** Counters since the start. */
interface AtlasCounts extends ServerCounts {
  tokenRequests: number;
  tokensMinted: number;
}

/** A running simulator of the part of Atlas that cancels invitations. */
export interface Atlas extends LoopbackServer<LoopbackRequest> {
  readonly settings: Settings;
  readonly counts: AtlasCounts;
  addOrganization(options?: OrganizationOptions): Organization;
}

/** Starts the simulator on loopback. Its ids and tokens are counted, not random: the same calls give the same run. */
export async function startAtlas(options: AtlasOptions = {}): Promise<Atlas> {
  const { port = 0, clock = Date.now, delay = 0, keepRequests = Infinity } = options;
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

  function act({ method, path }: LoopbackRequest, { headers }: IncomingMessage, body: string): Answer {
    const { authorization, accept } = headers;
    const answer = path.startsWith('/api/oauth/')
      ? oauth(method, path, { authorization, contentType: headers['content-type'], body })
      : answerVersionedApi(registry, digest, organizations, { method, target: path, authorization, accept });
    answer.headers['X-Envoy-Upstream-Service-Time'] = `${settings.upstreamServiceTime}`;
    return answer;
  }

  function oauth(method: string, path: string, form: Parameters<TokenEndpoint['token']>[0]): Answer {
    if (method === 'POST' && path === '/api/oauth/revoke') return tokens.revoke(form);
    if (method !== 'POST' || path !== '/api/oauth/token') return resourceNotFound(path);
    counts.tokenRequests += 1;
    const answer = tokens.token(form);
    counts.tokensMinted = tokens.minted;
    return answer;
  }

  const counts: AtlasCounts = { ...emptyCounts(), tokenRequests: 0, tokensMinted: 0 };
  const server = await startServer({
    port,
    clock,
    keepRequests,
    settings,
    counts,
    describe: (request) => request,
    act,
  });
  return {
    ...server,
    settings,
    counts,
    addOrganization(options) {
      const organization = new Organization(registry, options);
      organizations.set(organization.id, organization);
      return organization;
    },
  };
}
