import type { Call } from '../call.ts';
import type { Clock } from '../clock.ts';
import type { Held } from './held.ts';
import type { Suspicion } from './refusal.ts';
import type { Secret } from './secret.ts';

/** More than all the waits of one flight together; and for so long a secret that was read serves those who ask after that. */
const LONGEST_FLIGHT_MILLISECONDS = 60_000;

/** A new credential on its way: the secret is read for all who ask, and used as soon as one asks whom it serves. */
export interface Flight {
  /** Counted up from 1, in the order in which the readings began. */
  readonly number: number;
  readonly begunAt: number;
  /** The credential that was refused, and what it is taken for; undefined where none was. */
  readonly replacing: Held | undefined;
  readonly taken: Suspicion | undefined;
  readonly secret: Promise<Secret>;
  isRead: boolean;
  landing: Promise<Held> | undefined;
  /** Another one is being made since, from a secret read later: this one is kept by nobody. */
  superseded: boolean;
}

/** False for one whose secret serves none of those who have asked: no credential is made of it, and nobody waits for one. */
export function isRenewing({ isRead, landing }: Flight): boolean {
  return !isRead || landing !== undefined;
}

/** The flights for one secret: each takes the place of the one before it. */
export class Flights {
  readonly #clock: Clock;
  readonly #read: (call: Call) => Promise<Secret>;
  #last: Flight | undefined;
  #count = 0;

  constructor(clock: Clock, read: (call: Call) => Promise<Secret>) {
    this.#clock = clock;
    this.#read = read;
  }

  /** How many there have been. */
  get count(): number {
    return this.#count;
  }

  /** The one under way. One so old that it has served nobody, or that Lambda froze the process in the middle of, is given up. */
  newest(): Flight | undefined {
    const last = this.#last;
    return last && this.#clock.now() - last.begunAt < LONGEST_FLIGHT_MILLISECONDS ? last : undefined;
  }

  /** True where the credential was taken for dead, and no other has come since. */
  isDead(held: Held): boolean {
    return this.#last?.taken === 'dead' && this.#last.replacing === held;
  }

  start(call: Call, replacing?: Held, taken?: Suspicion): Flight {
    const begunAt = this.#clock.now();
    const secret = this.#read(call);
    this.#count += 1;
    const number = this.#count;
    const begun = { isRead: false, landing: undefined, superseded: false };
    const flight: Flight = { number, begunAt, replacing, taken, secret, ...begun };
    if (this.#last) this.#last.superseded = true;
    this.#last = flight;
    secret.then(
      () => {
        flight.isRead = true;
      },
      () => this.end(flight),
    );
    return flight;
  }

  end(flight: Flight): void {
    if (flight === this.#last) this.#last = undefined;
  }
}
