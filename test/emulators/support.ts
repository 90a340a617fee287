import { Agent, request } from 'undici';
import { onTestFinished } from 'vitest';
import { type Atlas, type AtlasOptions, startAtlas } from '../../infra/emulators/atlas/atlas.ts';
import type { Organization } from '../../infra/emulators/atlas/organization.ts';
import type { ServiceAccount } from '../../infra/emulators/atlas/service-account.ts';

export const INVITES = '2023-01-01';
export const USERS = '2025-02-19';

/** A clock that stands still until it is moved. */
export function stoppedClock(start = Date.parse('2026-11-23T08:00:00Z')) {
  let now = start;
  const clock = () => now;
  clock.advance = (milliseconds: number) => {
    now += milliseconds;
  };
  return clock;
}

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** The parsed body, where it is JSON. */
  json: unknown;
}

/** Sends one request and reads all of its answer. Redirects are not followed. */
export async function send(
  url: string,
  method: 'GET' | 'POST' | 'DELETE' | 'PATCH',
  headers: Record<string, string> = {},
  { body, agent }: { body?: string; agent?: Agent } = {},
): Promise<Reply> {
  const answer = await request(url, { method, headers, body: body ?? null, ...(agent && { dispatcher: agent }) });
  const text = await answer.body.text();
  const json: unknown = String(answer.headers['content-type']).includes('json') && text ? JSON.parse(text) : undefined;
  return { status: answer.statusCode, headers: answer.headers, text, json };
}

/** One connection at a time, closed with the test. */
export function oneConnection(): Agent {
  const agent = new Agent({ connections: 1, pipelining: 1 });
  onTestFinished(() => agent.destroy());
  return agent;
}

/** A running Atlas with one organization, its account, and a token; all closed with the test. */
export async function withAtlas(options: AtlasOptions & { accessList?: string[] } = {}) {
  const { accessList, ...rest } = options;
  const atlas = await startAtlas(rest);
  onTestFinished(() => atlas.close());
  const organization = atlas.addOrganization({ accessList });
  const account = organization.addServiceAccount();
  const bearer = `Bearer ${await tokenOf(atlas, account)}`;
  return { atlas, organization, account, bearer, api: api(atlas, organization, bearer) };
}

/** An organization with one open invitation, cancelled on a connection of its own. */
export async function withInvitation() {
  const started = await withAtlas();
  const { invitationId } = started.organization.invite('a@example.com');
  const agent = oneConnection();
  const cancel = () => started.api.delete(`/invites/${invitationId}`, INVITES, agent);
  return { ...started, agent, cancel, open: () => started.organization.invitations().length };
}

/** Calls paths below the organization with the caller's credential. */
export function api(atlas: Atlas, organization: Organization, authorization: string) {
  const call = (method: 'GET' | 'DELETE' | 'PATCH') => (path: string, version: string, agent?: Agent) =>
    send(
      `${atlas.url}/api/atlas/v2/orgs/${organization.id}${path}`,
      method,
      { authorization, accept: `application/vnd.atlas.${version}+json` },
      agent ? { agent } : {},
    );
  return { get: call('GET'), delete: call('DELETE'), patch: call('PATCH') };
}

export function basic(clientId: string, clientSecret: string): string {
  return `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
}

/** POST to one of the two OAuth endpoints. */
export function oauth(atlas: Atlas, path: 'token' | 'revoke', authorization: string, body: string): Promise<Reply> {
  const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  return send(`${atlas.url}/api/oauth/${path}`, 'POST', headers, { body });
}

export function askForToken(atlas: Atlas, account: ServiceAccount, secret = account.clientSecret): Promise<Reply> {
  return oauth(atlas, 'token', basic(account.clientId, secret), 'grant_type=client_credentials');
}

export async function tokenOf(atlas: Atlas, account: ServiceAccount): Promise<string> {
  const { json } = await askForToken(atlas, account);
  return (json as { access_token: string }).access_token; // Our own simulator: its answers are tested below.
}
