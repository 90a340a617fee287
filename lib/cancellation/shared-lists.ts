import type { Found, Invitation } from '../atlas/operations.ts';
import type { Clock } from '../clock.ts';

/** A list that was read longer ago is read anew. */
const FRESH_MILLISECONDS = 5_000;

type List = Found<readonly Invitation[]>;

/**
 * The lists of pending invitations that requests of one batch share, one for each organization: ten that ask by address
 * cost eleven requests to Atlas and not twenty. A list tells which invitation to delete. Where it does not show a person,
 * the person's own entry is read, and where that is pending, a list of its own.
 */
export class SharedLists {
  readonly #clock: Clock;
  readonly #lists = new Map<string, { readonly readAt: number; readonly list: Promise<List> }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The list as another request has read it a moment ago or is reading it now; else as `read` reads it. */
  of(orgId: string, read: () => Promise<List>): Promise<List> {
    const now = this.#clock.now();
    const shared = this.#lists.get(orgId);
    if (shared && now - shared.readAt < FRESH_MILLISECONDS) return shared.list;
    const reading = { readAt: now, list: read() };
    this.#lists.set(orgId, reading);
    // A failure is for those who wait for it, and not for who comes later.
    reading.list.catch(() => {
      if (this.#lists.get(orgId) === reading) this.#lists.delete(orgId);
    });
    return reading.list;
  }
}
