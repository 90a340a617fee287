import type { RateLimit } from '../../atlas/rate-limit.ts';
import { Refills } from './refills.ts';
import { Share } from './share.ts';

/** What Atlas documents for organizations and for users alike ("Rate limiting", api-rate-limit); a 429 says what is true. */
const REFILL = 250;
const REFILL_MILLISECONDS = 60_000;

/**
 * Messages parked into a step, for each that it will have room for. More than one, since tokens that nobody is awake to
 * use are lost once the bucket is full, while a message that wakes in vain is parked again and has cost Atlas nothing.
 */
const OVERBOOKING = 1.25;
/** Part of a step that is left in the bucket, for what other processes have under way: so much is lost once, not each time. */
const RESERVE = 0.1;
/** Milliseconds between a step and the first message that wakes for it: Retry-After is in whole seconds. */
const GUARD = 1_000;
/** Part of the time between two steps over which messages wake. */
const SPREAD = 0.5;
/** Steps ahead into which messages are parked: SQS hides a message for 12 hours at the most. */
const MOST_STEPS = 700;
/** How fast the cost of a message is learned anew. */
const LEARNING = 0.05;
/** Requests in a message on average, below which the bucket is asked by few. */
const RARE = 0.5;

/** What one message did to the bucket. */
export interface Use {
  readonly askedAt: number;
  /** Requests sent. */
  readonly requests: number;
  /** What Atlas last said; absent where nothing was asked. */
  readonly rateLimit: RateLimit | undefined;
  /** Seconds that Atlas asks to wait, where the bucket was empty. */
  readonly retryAfter: number | undefined;
}

/**
 * What this process knows of one token bucket of Atlas, and the messages that it has parked until tokens come back. Other
 * processes use the same bucket and say nothing: all that is known of them is how fast it empties.
 */
export class Bucket {
  readonly #random: () => number;
  readonly #refills = new Refills(REFILL_MILLISECONDS);
  readonly #share = new Share();
  readonly #parked = new Map<number, number>();
  #refill = REFILL;
  #capacity = Infinity;
  #seen: { readonly remaining: number; readonly at: number } | undefined;
  #underWay = 0;
  /** Requests that a message costs, learned from those before: the ways differ, and change when the endpoint does. */
  #cost: number | undefined;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Whether a message may be sent now. */
  hasRoom(now: number): boolean {
    const cost = this.#cost ?? 1;
    // What most messages have no need of holds none up: the few that do will be told by Atlas.
    if (this.#seen === undefined || cost < RARE) return true;
    const steps = this.#refills.numberAt(now) - this.#refills.numberAt(this.#seen.at);
    const remaining = Math.min(this.#capacity, this.#seen.remaining + steps * this.#refill);
    const free = remaining - this.#underWay * cost;
    // Until it is known when a step falls, one message at a time finds out, at the price of a 429.
    if (!this.#refills.known) return free >= cost || this.#underWay === 0;
    return free - this.#refill * RESERVE * (1 - this.#share.value) >= cost;
  }

  begin(): void {
    this.#underWay += 1;
  }

  end(): void {
    this.#underWay -= 1;
  }

  /** Parks a message: milliseconds until there will be room for it. */
  park(now: number): number {
    const chance = this.#random();
    if (!this.#refills.known) return GUARD + chance * this.#refills.milliseconds;
    const room = Math.max(1, (this.#refill * this.#share.value * OVERBOOKING) / Math.max(RARE, this.#cost ?? 1));
    const first = this.#refills.numberAt(now) + 1;
    let step = first;
    while (step < first + MOST_STEPS && (this.#parked.get(step) ?? 0) >= room) step += 1;
    this.#parked.set(step, (this.#parked.get(step) ?? 0) + 1);
    return this.#refills.timeOf(step) - now + GUARD + chance * SPREAD * this.#refills.milliseconds;
  }

  /** Learns from what a message did. */
  learn({ askedAt, requests, rateLimit, retryAfter }: Use, now: number): void {
    if (rateLimit !== undefined) this.#learnSizes(rateLimit);
    if (retryAfter !== undefined) {
      this.#refills.fallAt(now + retryAfter * 1_000);
      this.#seen = { remaining: 0, at: now };
      return;
    }
    this.#cost = this.#cost === undefined ? requests : this.#cost + (requests - this.#cost) * LEARNING;
    if (rateLimit?.remaining !== undefined) this.#see(rateLimit.remaining, requests, askedAt, now);
  }

  #see(remaining: number, requests: number, askedAt: number, now: number): void {
    const seen = this.#seen;
    const step = this.#refills.numberAt(now);
    if (seen === undefined) {
      this.#seen = { remaining, at: now };
    } else if (remaining > seen.remaining + this.#refill / 4) {
      // Tokens have come back. Where that was not expected, it is now known when they do.
      if (step === this.#refills.numberAt(seen.at)) this.#refills.fallAt(now);
      this.#seen = { remaining, at: now };
    } else if (step === this.#refills.numberAt(askedAt)) {
      // An answer that was under way while tokens came back may be of before or after.
      if (step !== this.#refills.numberAt(seen.at)) {
        this.#forgetBefore(step);
        this.#seen = { remaining, at: now };
      } else {
        this.#share.see(requests, Math.max(0, seen.remaining - remaining));
        // Answers overtake each other: the lowest is the last.
        this.#seen = { remaining: Math.min(remaining, seen.remaining), at: now };
      }
    }
  }

  #forgetBefore(step: number): void {
    this.#share.fade();
    for (const earlier of this.#parked.keys()) if (earlier < step) this.#parked.delete(earlier);
  }

  #learnSizes({ capacity, refill, seconds }: RateLimit): void {
    if (capacity !== undefined) this.#capacity = capacity;
    if (refill !== undefined && refill > 0) this.#refill = refill;
    if (seconds !== undefined && seconds > 0 && this.#refills.setMilliseconds(seconds * 1_000)) this.#parked.clear();
  }
}
