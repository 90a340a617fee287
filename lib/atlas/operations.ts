import * as v from 'valibot';
import type { Call } from '../call.ts';
import type { Credential } from '../credentials/credential.ts';
import type { Memory } from '../memory.ts';
import type { Connection } from '../transport/connection.ts';
import { Id, parseBody, Username, unexpected } from './body.ts';
import type { AtlasClient, Reply, ReplyToOne } from './client.ts';
import type { Sighting } from './sighting.ts';
import { UserSearch } from './user-search.ts';

const Invitation = v.object({ id: Id, username: Username });

/** A pending invitation, as the invites endpoint of version 2023-01-01 shows it. */
export type Invitation = v.InferOutput<typeof Invitation>;
export type { Sighting } from './sighting.ts';
export type { User } from './users.ts';

/** What an operation on something that may be missing came to. */
export type Found<T> = { readonly kind: 'found'; readonly value: T } | Missing;
export type Missing = Exclude<Reply['verdict'], { kind: 'done' }>;
export type Deleted = { readonly kind: 'deleted' } | (Missing & { readonly lostBefore: boolean });

/** An id that nothing in Atlas has: ids begin with the time at which they were made (BSON specification, ObjectId). */
export const NO_ID = '0'.repeat(24);

/** The operations of the Atlas Administration API that are used, one function each. Ids are checked by the request already. */
export class AtlasOperations {
  readonly #client: AtlasClient;
  readonly #search: UserSearch;

  /** `trusted`: see {@link UserSearch}. */
  constructor(client: AtlasClient, trusted: Memory) {
    this.#client = client;
    this.#search = new UserSearch(client, trusted);
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
    const invitation = parseBody(Invitation, verdict.body, 'invitation');
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
    return { kind: 'found', value: parseBody(v.array(Invitation), verdict.body, 'list of invitations') };
  }

  /** See {@link UserSearch.get}. */
  getUser(call: Call, userId: string, connection: Connection): Promise<Sighting> {
    return this.#search.get(call, userId, connection);
  }

  /** See {@link UserSearch.find}. */
  findUsers(call: Call, username: string, connection: Connection): Promise<Sighting> {
    return this.#search.find(call, username, connection);
  }

  /** See {@link UserSearch.survey}. */
  surveyUsers(call: Call, username: string, connection: Connection): Promise<Sighting> {
    return this.#search.survey(call, username, connection);
  }

  /**
   * removeOrgUser: ends a pending invitation and an active membership alike, and has no "only if pending". So it is sent
   * once, and not after `notAfter`: whoever asks reads the status immediately before, and again before another try.
   * @throws {Failure} as {@link AtlasClient.sendOnce}
   */
  deleteUser(call: Call, userId: string, connection: Connection, notAfter: number): Promise<ReplyToOne> {
    const path = `/orgs/${call.orgId}/users/${userId}`;
    return this.#client.sendOnce(call, { resource: 'users', method: 'DELETE', path }, connection, notAfter);
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
