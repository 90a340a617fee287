import type { Call } from '../call.ts';
import type { Connection } from '../transport/connection.ts';
import { lower, respelled } from './address.ts';
import { unexpected } from './body.ts';
import type { AtlasClient } from './client.ts';
import { entriesOf, MOST_PAGES, type Page, readPage, readUser, type User } from './users.ts';

/** The entries of one person. Atlas read none of them before `since`, milliseconds since the epoch. */
export interface Sighting {
  readonly users: readonly User[];
  readonly since: number;
}

const NOBODY: Sighting = { users: [], since: Number.POSITIVE_INFINITY };

/**
 * Finds a person among the users of an organization. Atlas does not say whether its filter finds an address in another
 * letter case than its own. "Nobody" is therefore believed only of a filter that has been seen to do so, or of the whole
 * list: a person who was overlooked would be reported as gone.
 */
export class UserSearch {
  readonly #client: AtlasClient;
  /** True once the filter has found an address in another letter case than it was asked for. */
  #filterFolds = false;

  constructor(client: AtlasClient) {
    this.#client = client;
  }

  /** The entry of one person, by its id. */
  async get(call: Call, userId: string, connection: Connection): Promise<Sighting> {
    const user = await readUser(this.#client, call, userId, connection);
    return user ? { users: [user], since: connection.exchangedAt } : NOBODY;
  }

  /**
   * The entries of one person, for a look that a deletion follows: what was read last is the person's own entry and
   * nothing else, so that as little time as possible lies between Atlas's reading of it and the deletion.
   */
  async find(call: Call, username: string, connection: Connection): Promise<Sighting> {
    for (const spelling of new Set([username, lower(username)])) {
      const found = await this.#filter(call, spelling, connection);
      if (found.users.length > 0 || this.#filterFolds) return found;
    }
    const listed = await this.#readAll(call, username, connection);
    const [first] = listed.users;
    if (!first) return NOBODY;
    const found = await this.#filter(call, first.username, connection);
    return found.users.length > 0 ? found : this.#getEach(call, listed, connection);
  }

  /** The entries of one person, for a look after which no pending entry is deleted: one request, where all users fit one page. */
  async survey(call: Call, username: string, connection: Connection): Promise<Sighting> {
    if (!this.#filterFolds) {
      const page = await readPage(this.#client, call, '', 1, connection);
      if (page.last) return { users: entriesOf(page, username), since: connection.exchangedAt };
    }
    return this.find(call, username, connection);
  }

  async #filter(call: Call, spelling: string, connection: Connection): Promise<Sighting> {
    let found = NOBODY;
    for await (const page of this.#pages(call, `username=${encodeURIComponent(spelling)}&`, connection)) {
      found = merge(found, { users: entriesOf(page, spelling), since: connection.exchangedAt });
      if (found.users.some(({ username }) => username !== spelling)) this.#filterFolds = true;
    }
    return found;
  }

  /** Every page, unless the first of several teaches that the filter, which found nobody, can be believed. */
  async #readAll(call: Call, username: string, connection: Connection): Promise<Sighting> {
    let found = NOBODY;
    let isTried = false;
    for await (const page of this.#pages(call, '', connection)) {
      found = merge(found, { users: entriesOf(page, username), since: connection.exchangedAt });
      if (!page.last && !isTried && (await this.#tryFilter(call, page, connection))) break;
      isTried = true;
    }
    return found;
  }

  async *#pages(call: Call, filter: string, connection: Connection): AsyncGenerator<Page> {
    for (let number = 1; number <= MOST_PAGES; number += 1) {
      const page = await readPage(this.#client, call, filter, number, connection);
      yield page;
      if (page.last) return;
    }
    throw unexpected(`more than ${MOST_PAGES} pages of users`);
  }

  /** Asks the filter for someone who is there, in another letter case. */
  async #tryFilter(call: Call, { entries }: Page, connection: Connection): Promise<boolean> {
    const sample = entries.find(({ username }) => respelled(username) !== username);
    if (sample) await this.#filter(call, respelled(sample.username), connection);
    return this.#filterFolds;
  }

  /** Entries that the list shows and the filter does not find. */
  async #getEach(call: Call, listed: Sighting, connection: Connection): Promise<Sighting> {
    let found = NOBODY;
    for (const { id } of listed.users) found = merge(found, await this.get(call, id, connection));
    return found;
  }
}

function merge(one: Sighting, other: Sighting): Sighting {
  if (other.users.length === 0) return one;
  return { users: [...one.users, ...other.users], since: Math.min(one.since, other.since) };
}
