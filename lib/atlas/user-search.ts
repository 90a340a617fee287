import * as v from 'valibot';
import type { Call } from '../call.ts';
import type { Connection } from '../transport/connection.ts';
import { lower, respelled, sameAddress } from './address.ts';
import { Id, parseBody, unexpected } from './body.ts';
import type { AtlasClient } from './client.ts';

export const User = v.object({
  id: Id,
  username: v.string(),
  orgMembershipStatus: v.picklist(['ACTIVE', 'PENDING', 'INVITATION_EXPIRED', 'INVITATION_REJECTED']),
});
/** A person's entry in an organization, as the users endpoint of version 2025-02-19 shows it. Its id is not an invitation's. */
export type User = v.InferOutput<typeof User>;

const UserPage = v.object({
  results: v.array(v.looseObject({ username: v.string() })),
  links: v.optional(v.array(v.looseObject({ rel: v.optional(v.string()) })), []),
});

interface Page {
  readonly entries: readonly { readonly username: string }[];
  readonly last: boolean;
}

const NOBODY: Page = { entries: [], last: true };
const PAGE_SIZE = 500;
const MOST_PAGES = 100;
/** The default leaves out expired and rejected invitations. */
const ALL_STATUSES = ['ACTIVE', 'PENDING', 'INVITATION_EXPIRED', 'INVITATION_REJECTED']
  .map((status) => `&orgMembershipStatuses=${status}`)
  .join('');

/**
 * Finds a person among the users of an organization (listOrgUsers). Atlas does not say whether its filter finds an address
 * in another letter case than its own. "Nobody" is therefore believed only of a filter that has been seen to do so, or
 * of the whole list: a person who was overlooked would be reported as gone.
 */
export class UserSearch {
  readonly #client: AtlasClient;
  /** True once the filter has found an address in another letter case than it was asked for. */
  #filterFolds = false;

  constructor(client: AtlasClient) {
    this.#client = client;
  }

  /**
   * The entries of one person, for a look that a deletion follows: what was read last is the person's own entry and
   * nothing else, so that as little time as possible lies between Atlas's reading of it and the deletion.
   */
  async find(call: Call, username: string, connection: Connection): Promise<readonly User[]> {
    for (const spelling of new Set([username, lower(username)])) {
      const found = await this.#filter(call, spelling, connection);
      if (found.length > 0 || this.#filterFolds) return found;
    }
    const listed = await this.#readAll(call, username, connection);
    const [first] = listed;
    if (!first) return [];
    const found = await this.#filter(call, first.username, connection);
    return found.length > 0 ? found : listed;
  }

  /** The entries of one person, for a look after which no pending entry is deleted: one request, where all users fit one page. */
  async survey(call: Call, username: string, connection: Connection): Promise<readonly User[]> {
    if (!this.#filterFolds) {
      const { entries, last } = await this.#page(call, '', 1, connection);
      if (last) return personsOf(entries, username);
    }
    return this.find(call, username, connection);
  }

  async #filter(call: Call, spelling: string, connection: Connection): Promise<readonly User[]> {
    const filter = `username=${encodeURIComponent(spelling)}&`;
    const found: User[] = [];
    for (let number = 1; number <= MOST_PAGES; number += 1) {
      const { entries, last } = await this.#page(call, filter, number, connection);
      found.push(...personsOf(entries, spelling));
      if (found.some(({ username }) => username !== spelling)) this.#filterFolds = true;
      if (last) return found;
    }
    throw tooMany();
  }

  /** Every page, unless the first of several teaches that the filter, which found nobody, can be believed. */
  async #readAll(call: Call, username: string, connection: Connection): Promise<readonly User[]> {
    const found: User[] = [];
    for (let number = 1; number <= MOST_PAGES; number += 1) {
      const { entries, last } = await this.#page(call, '', number, connection);
      found.push(...personsOf(entries, username));
      if (last || (number === 1 && (await this.#tryFilter(call, entries, connection)))) return found;
    }
    throw tooMany();
  }

  /** Asks the filter for someone who is there, in another letter case. */
  async #tryFilter(call: Call, entries: Page['entries'], connection: Connection): Promise<boolean> {
    const sample = entries.find(({ username }) => respelled(username) !== username);
    if (sample) await this.#filter(call, respelled(sample.username), connection);
    return this.#filterFolds;
  }

  /**
   * One page. They are counted here: `totalCount` is an estimate, and links have been seen to point at http://localhost:8080.
   * That there is a next one is all that is taken from them, and not from a page that is empty.
   */
  async #page(call: Call, filter: string, number: number, connection: Connection): Promise<Page> {
    const path = `/orgs/${call.orgId}/users?${filter}includeCount=false&itemsPerPage=${PAGE_SIZE}&pageNum=${number}${ALL_STATUSES}`;
    const { verdict } = await this.#client.send(call, { resource: 'users', method: 'GET', path, connection });
    if (verdict.kind !== 'done') return NOBODY;
    const { results, links } = parseBody(UserPage, verdict.body, 'page of users');
    const more = results.length >= PAGE_SIZE || links.some(({ rel }) => rel === 'next');
    return { entries: results, last: results.length === 0 || !more };
  }
}

function personsOf(entries: Page['entries'], username: string): User[] {
  return entries
    .filter((entry) => sameAddress(entry.username, username))
    .map((entry) => parseBody(User, entry, 'user'));
}

function tooMany() {
  return unexpected(`more than ${MOST_PAGES * PAGE_SIZE} users`);
}
