import type { Clock } from './clock.ts';

/** What is known is believed for so long, then looked at afresh. */
const HELD_MILLISECONDS = 3_600_000;
/** Organizations that are remembered at once: far more than a process serves. */
const MOST_ORGANIZATIONS = 10_000;

/**
 * Something that was found out about Atlas, remembered for an hour at a time and for each organization apart: two may be at
 * home in two clouds.
 */
export class Memory {
  readonly #clock: Clock;
  readonly #until = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  has(orgId: string): boolean {
    const until = this.#until.get(orgId);
    return until !== undefined && this.#clock.now() < until;
  }

  remember(orgId: string): void {
    // Put last again: the first of a Map is the one that was learnt longest ago.
    this.#until.delete(orgId);
    this.#until.set(orgId, this.#clock.now() + HELD_MILLISECONDS);
    const [oldest] = this.#until.keys();
    if (this.#until.size > MOST_ORGANIZATIONS && oldest !== undefined) this.#until.delete(oldest);
  }
}
