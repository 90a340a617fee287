import * as v from 'valibot';
import type { Call } from '../call.ts';
import type { Credential } from '../credentials/credential.ts';
import { Failure } from '../failures.ts';
import type { Connection } from '../transport/connection.ts';
import type { AtlasClient, Reply } from './client.ts';

const Id = v.pipe(v.string(), v.regex(/^[0-9a-f]{24}$/));
const Invitation = v.object({ id: Id, username: v.string() });
const User = v.object({
  id: Id,
  username: v.string(),
  orgMembershipStatus: v.picklist(['ACTIVE', 'PENDING', 'INVITATION_EXPIRED', 'INVITATION_REJECTED']),
});
const UserPage = v.object({
  results: v.array(v.looseObject({ username: v.string() })),
  links: v.optional(v.array(v.looseObject({ rel: v.optional(v.string()) })), []),
});

/** A pending invitation, as the invites endpoint of version 2023-01-01 shows it. */
export type Invitation = v.InferOutput<typeof Invitation>;
/** A person's entry in an organization, as the users endpoint of version 2025-02-19 shows it. Its id is not an invitation's. */
export type User = v.InferOutput<typeof User>;

/** What an operation on something that may be missing came to. */
export type Found<T> = { readonly kind: 'found'; readonly value: T } | Missing;
export type Missing = Exclude<Reply['verdict'], { kind: 'done' }>;
export type Deleted = { readonly kind: 'deleted' } | (Missing & { readonly lostBefore: boolean });

/** An id that nothing in Atlas has: ids begin with the time at which they were made (BSON specification, ObjectId). */
export const NO_ID = '0'.repeat(24);

const PAGE_SIZE = 500;
const MOST_PAGES = 20;
const ALL_STATUSES = ['ACTIVE', 'PENDING', 'INVITATION_EXPIRED', 'INVITATION_REJECTED'];

/** The operations of the Atlas Administration API that are used, one function each. Ids are checked by the request already. */
export class AtlasOperations {
  readonly #client: AtlasClient;

  constructor(client: AtlasClient) {
    this.#client = client;
  }

  /** deleteOrgInvite. Can't end a membership: Atlas refuses it for an accepted invitation. */
  async deleteInvitation(call: Call, invitationId: string): Promise<Deleted> {
    const path = `/orgs/${call.orgId}/invites/${invitationId}`;
    const { verdict, lostBefore } = await this.#client.send(call, { resource: 'invites', method: 'DELETE', path });
    return verdict.kind === 'done' ? { kind: 'deleted' } : { ...verdict, lostBefore };
  }

  /** getOrgInvite. */
  async getInvitation(call: Call, invitationId: string): Promise<Found<Invitation>> {
    const path = `/orgs/${call.orgId}/invites/${invitationId}`;
    const { verdict } = await this.#client.send(call, { resource: 'invites', method: 'GET', path });
    if (verdict.kind !== 'done') return verdict;
    const invitation = parse(Invitation, verdict.body, 'invitation');
    if (invitation.id !== invitationId) throw unexpected('another invitation than the one asked for');
    return { kind: 'found', value: invitation };
  }

  /**
   * listOrgInvites: all pending invitations, a bare array without pages. Atlas could narrow it to an address, but does not
   * say in which letter cases it would find it, and an invitation that is overlooked stays open.
   */
  async listInvitations(call: Call): Promise<Found<readonly Invitation[]>> {
    const path = `/orgs/${call.orgId}/invites`;
    const { verdict } = await this.#client.send(call, { resource: 'invites', method: 'GET', path });
    if (verdict.kind !== 'done') return verdict;
    return { kind: 'found', value: parse(v.array(Invitation), verdict.body, 'list of invitations') };
  }

  /** getOrgUser. Absent where Atlas says USER_NOT_FOUND or USER_NOT_IN_ORG. */
  async getUser(call: Call, userId: string, connection?: Connection): Promise<User | undefined> {
    const path = `/orgs/${call.orgId}/users/${userId}`;
    const { verdict } = await this.#client.send(call, { resource: 'users', method: 'GET', path, ...on(connection) });
    if (verdict.kind !== 'done') return undefined;
    const user = parse(User, verdict.body, 'user');
    if (user.id !== userId) throw unexpected('another user than the one asked for');
    return user;
  }

  /** The entries of one person; asked for in lower case too, where nothing is found in the letter case given. */
  async findUsers(call: Call, username: string, connection?: Connection): Promise<readonly User[]> {
    const found = await this.#listUsers(call, username, connection);
    const folded = lower(username);
    return found.length > 0 || folded === username ? found : this.#listUsers(call, folded, connection);
  }

  /**
   * listOrgUsers for one address, in every status: the default leaves out expired and rejected invitations. Pages are
   * counted here: `totalCount` is an estimate, and links have been seen to point at http://localhost:8080. That there is a
   * next one is all that is taken from them.
   */
  async #listUsers(call: Call, username: string, connection?: Connection): Promise<readonly User[]> {
    const statuses = ALL_STATUSES.map((status) => `&orgMembershipStatuses=${status}`).join('');
    const query = `username=${encodeURIComponent(username)}${statuses}&includeCount=false&itemsPerPage=${PAGE_SIZE}`;
    const found: User[] = [];
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const path = `/orgs/${call.orgId}/users?${query}&pageNum=${page}`;
      const { verdict } = await this.#client.send(call, { resource: 'users', method: 'GET', path, ...on(connection) });
      if (verdict.kind !== 'done') return found;
      const { results, links } = parse(UserPage, verdict.body, 'page of users');
      const persons = results.filter((user) => sameAddress(user.username, username));
      found.push(...persons.map((user) => parse(User, user, 'user')));
      if (results.length < PAGE_SIZE && !links.some(({ rel }) => rel === 'next')) return found;
    }
    throw unexpected(`more than ${MOST_PAGES * PAGE_SIZE} users for one address`);
  }

  /**
   * removeOrgUser: ends a pending invitation and an active membership alike, and has no "only if pending". So it is sent
   * once: whoever asks reads the status immediately before, and again before another try.
   */
  async deleteUser(call: Call, userId: string, connection: Connection): Promise<'deleted' | 'gone'> {
    const path = `/orgs/${call.orgId}/users/${userId}`;
    const request = { resource: 'users', method: 'DELETE', path, once: true, connection } as const;
    const { verdict } = await this.#client.send(call, request);
    return verdict.kind === 'done' ? 'deleted' : 'gone';
  }

  /**
   * removeOrgUser for a user who can't exist: needs the same role, and ends nothing however often it is sent.
   * @throws {Failure} what Atlas answers, where it is neither "no such user" nor a deletion
   */
  async deleteNobody(call: Call): Promise<void> {
    const path = `/orgs/${call.orgId}/users/${NO_ID}`;
    await this.#client.send(call, { resource: 'users', method: 'DELETE', path });
  }

  /** What the credentials for this organization are; they are obtained where there are none. */
  credentialKind(call: Call): Promise<Credential['kind']> {
    return this.#client.credentialKind(call);
  }

  /** Runs `work` with one connection, for a reading and the deletion that rests on it. */
  onOneConnection<T>(call: Call, work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#client.onOneConnection(call, work);
  }
}

/** Atlas keeps addresses in the letter case of the invitation. Only ASCII letters fold: others have no twin in an address. */
export function sameAddress(one: string, other: string): boolean {
  return lower(one) === lower(other);
}

function lower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function on(connection: Connection | undefined): { connection?: Connection } {
  return connection === undefined ? {} : { connection };
}

function parse<T extends v.GenericSchema>(schema: T, body: unknown, what: string): v.InferOutput<T> {
  const parsed = v.safeParse(schema, body);
  if (!parsed.success) throw unexpected(`no ${what}`);
  return parsed.output;
}

function unexpected(what: string): Failure {
  return new Failure('AtlasUnavailable', `Atlas answered with ${what}.`, { atlasStatus: 200 });
}
