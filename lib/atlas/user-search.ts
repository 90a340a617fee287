import type { Call } from '../call.ts';
import type { Memory } from '../memory.ts';
import type { Connection } from '../transport/connection.ts';
import { isLower, lower, sameAddress } from './address.ts';
import { unexpected } from './body.ts';
import type { AtlasClient } from './client.ts';
import { merge, NOBODY, type Sighting } from './sighting.ts';
import { entriesOf, MOST_PAGES, type Page, readPage, readUser, type User } from './users.ts';

/** What the filter found, and through how many pages it led that showed others too: Atlas seems to ignore it. */
interface Filtered extends Sighting {
  readonly ignoredPages: number;
}

/**
 * Finds a person among the users of an organization. Atlas does not say whether its filter finds an address in another
 * letter case than its own. "Nobody" is therefore believed only of a filter that has been seen to do so, or of the whole
 * list: a person who was overlooked would be reported as gone. Where nobody is written in capitals, nothing shows it, and
 * the list is read each time.
 */
export class UserSearch {
  readonly #client: AtlasClient;
  readonly #trusted: Memory;

  /** `trusted` remembers where the filter, asked in lower case, has been seen to find what is written in capitals. */
  constructor(client: AtlasClient, trusted: Memory) {
    this.#client = client;
    this.#trusted = trusted;
  }

  /** The entry of one person, by its id. */
  async get(call: Call, userId: string, connection: Connection): Promise<Sighting> {
    const user = await readUser(this.#client, call, userId, connection);
    return user ? { users: [user], since: connection.exchangedAt } : NOBODY;
  }

  /**
   * The entries of one person, for a look that a deletion follows: what was read last is the person's own entry and
   * nothing else, so that as little time as possible lies between Atlas's reading of it and the deletion. An invitation
   * that has lapsed says no more than nobody does: whoever was invited again may be there in another letter case.
   */
  async find(call: Call, username: string, connection: Connection): Promise<Sighting> {
    if (this.#trusted.has(call.orgId)) return this.#filter(call, lower(username), connection);
    let walked = 0;
    for (const spelling of new Set([username, lower(username)])) {
      const found = await this.#filter(call, spelling, connection);
      if (found.users.some(isOpen)) return found;
      walked = found.ignoredPages;
      // Another spelling would lead through the same list.
      if (walked > 0) break;
    }
    const listed = await this.#readAll(call, username, connection, walked);
    const open = listed.users.find(isOpen);
    if (!open) return listed;
    const found = await this.#filter(call, open.username, connection);
    const isComplete = listed.users.every(({ id }) => found.users.some((user) => user.id === id));
    return isComplete ? found : this.#getEach(call, listed, connection);
  }

  /** The entries of one person, for a look after which no pending entry is deleted: one request, where all users fit one page. */
  async survey(call: Call, username: string, connection: Connection): Promise<Sighting> {
    if (!this.#trusted.has(call.orgId)) {
      const page = await readPage(this.#client, call, '', 1, connection);
      if (page.last) return { users: entriesOf(page, username), since: connection.exchangedAt };
    }
    return this.find(call, username, connection);
  }

  async #filter(call: Call, spelling: string, connection: Connection): Promise<Filtered> {
    let found = NOBODY;
    let isIgnored = false;
    for (let number = 1; number <= MOST_PAGES; number += 1) {
      const page = await readPage(this.#client, call, `username=${encodeURIComponent(spelling)}&`, number, connection);
      found = merge(found, { users: entriesOf(page, spelling), since: connection.exchangedAt });
      isIgnored ||= page.entries.some(({ username }) => !sameAddress(username, spelling));
      if (!page.last) continue;
      if (!isIgnored && isLower(spelling) && found.users.some(hasCapitals)) this.#trusted.remember(call.orgId);
      // A filter that Atlas ignores leads through the whole list, and the person may be far from its end.
      const sighting = number === 1 ? found : await this.#getEach(call, found, connection);
      return { ...sighting, ignoredPages: isIgnored ? number : 0 };
    }
    throw tooMany();
  }

  /**
   * The list of all users, for a person whom the filter did not find. It comes in pages, and whoever is at the head of one
   * slides to the one before when somebody further up is removed in between: so nobody is taken to be there only when they
   * were read back to the first as well. No more is read once the filter is found to be trustworthy.
   * @param walked pages of a filter that seems to be ignored; where they were the whole list, only the way back is left
   */
  async #readAll(call: Call, username: string, connection: Connection, walked: number): Promise<Sighting> {
    let found = NOBODY;
    const read = async (number: number): Promise<Page> => {
      const page = await readPage(this.#client, call, '', number, connection);
      found = merge(found, { users: entriesOf(page, username), since: connection.exchangedAt });
      return page;
    };
    let number = walked;
    if (walked === 0 || !(await read(walked)).last) {
      let sample: Page['entries'][number] | undefined;
      for (number = 1; ; number += 1) {
        if (number > MOST_PAGES) throw tooMany();
        const page = await read(number);
        if (!sample && !(page.last && number === 1)) {
          sample = page.entries.find(hasCapitals);
          if (sample && (await this.#findsInLower(call, sample.username, connection))) return found;
        }
        if (page.last) break;
      }
    }
    while (number > 1 && !found.users.some(isOpen)) {
      number -= 1;
      await read(number);
    }
    return found;
  }

  async #findsInLower(call: Call, stored: string, connection: Connection): Promise<boolean> {
    await this.#filter(call, lower(stored), connection);
    return this.#trusted.has(call.orgId);
  }

  /** Entries that the list shows, each read by itself. */
  async #getEach(call: Call, listed: Sighting, connection: Connection): Promise<Sighting> {
    let found = NOBODY;
    for (const { id } of listed.users) found = merge(found, await this.get(call, id, connection));
    return found;
  }
}

function isOpen({ orgMembershipStatus }: User): boolean {
  return orgMembershipStatus === 'ACTIVE' || orgMembershipStatus === 'PENDING';
}

function hasCapitals({ username }: { readonly username: string }): boolean {
  return !isLower(username);
}

function tooMany() {
  return unexpected(`more than ${MOST_PAGES} pages of users`);
}
