import * as v from 'valibot';
import type { Call } from '../call.ts';
import { Failure } from '../failures.ts';
import type { Connection } from '../transport/connection.ts';
import { sameAddress } from './address.ts';
import { Id, parseBody, Username, unexpected } from './body.ts';
import type { AtlasClient } from './client.ts';

const User = v.object({
  id: Id,
  username: Username,
  orgMembershipStatus: v.picklist(['ACTIVE', 'PENDING', 'INVITATION_EXPIRED', 'INVITATION_REJECTED']),
});
/** A person's entry in an organization, as the users endpoint of version 2025-02-19 shows it. Its id is not an invitation's. */
export type User = v.InferOutput<typeof User>;

const UserPage = v.object({
  results: v.array(v.looseObject({ username: Username })),
  links: v.optional(v.array(v.looseObject({ rel: v.optional(v.string()) })), []),
});

/** Users of an organization, each checked no further than it must be to be passed over. */
export interface Page {
  readonly entries: readonly { readonly username: string }[];
  readonly last: boolean;
}

/** Someone with a role in each of hundreds of projects takes 40 kB, and a page must stay below what is read of one. */
const PAGE_SIZE = 200;
export const MOST_PAGES = 250;
/** The default leaves out expired and rejected invitations. */
const ALL_STATUSES = ['ACTIVE', 'PENDING', 'INVITATION_EXPIRED', 'INVITATION_REJECTED']
  .map((status) => `&orgMembershipStatuses=${status}`)
  .join('');

/** getOrgUser. Absent where Atlas says USER_NOT_FOUND or USER_NOT_IN_ORG. */
export async function readUser(
  client: AtlasClient,
  call: Call,
  userId: string,
  connection: Connection,
): Promise<User | undefined> {
  const path = `/orgs/${call.orgId}/users/${userId}`;
  const { verdict } = await client.send(call, { resource: 'users', method: 'GET', path }, connection);
  if (verdict.kind !== 'done') return undefined;
  const user = parseBody(User, verdict.body, 'user');
  if (user.id !== userId) throw unexpected('another user than the one asked for');
  return user;
}

/**
 * One page of listOrgUsers. They are counted here: `totalCount` is an estimate, and links have been seen to point at
 * http://localhost:8080. That there is a next one is all that is taken from them, and not from a page that is empty.
 * @param filter `username=...&`, or nothing
 * @throws {Failure} `AtlasUnavailable` where there is no list: "no such user" is no answer to the question for all
 */
export async function readPage(
  client: AtlasClient,
  call: Call,
  filter: string,
  number: number,
  connection: Connection,
): Promise<Page> {
  const path = `/orgs/${call.orgId}/users?${filter}includeCount=false&itemsPerPage=${PAGE_SIZE}&pageNum=${number}${ALL_STATUSES}`;
  const { verdict } = await client.send(call, { resource: 'users', method: 'GET', path }, connection);
  if (verdict.kind !== 'done') {
    const { atlasStatus } = verdict.failure;
    throw new Failure('AtlasUnavailable', 'Atlas did not list the users.', { atlasStatus });
  }
  const { results, links } = parseBody(UserPage, verdict.body, 'page of users');
  const more = results.length >= PAGE_SIZE || links.some(({ rel }) => rel === 'next');
  return { entries: results, last: results.length === 0 || !more };
}

/** The entries of one person on a page. */
export function entriesOf({ entries }: Page, username: string): User[] {
  return entries
    .filter((entry) => sameAddress(entry.username, username))
    .map((entry) => parseBody(User, entry, 'user'));
}
