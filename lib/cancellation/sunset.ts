import type { Clock } from '../clock.ts';

/** The end of the invites endpoint is believed for so long, then looked at afresh. */
const HELD_MILLISECONDS = 3_600_000;

/** Remembers, for an hour at a time, that Atlas's invites endpoint is gone (announced for 2027-07-01). */
export class SunsetMemory {
  readonly #clock: Clock;
  #until = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get passed(): boolean {
    return this.#clock.now() < this.#until;
  }

  remember(): void {
    this.#until = this.#clock.now() + HELD_MILLISECONDS;
  }
}
