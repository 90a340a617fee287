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
const OVERBOOKING = 1.5;
/**
 * Requests that each other process may have under way, and may have sent in each second since Atlas last told; at most so
 * large a part of a refill is left for all of them.
 */
const ELSEWHERE = 10;
const MOST_RESERVE = 0.5;
/** Milliseconds between a step and the first message that wakes for it: Retry-After is in whole seconds. */
const GUARD = 1_000;
/** Part of the time between two steps over which messages wake. */
const SPREAD = 1 / 3;
/**
 * Steps ahead that are planned. What lies further ahead wakes within this time and is placed by what is known then: plans
 * age, as other processes come and go.
 */
const HORIZON = 10;
/** Milliseconds by which a step may come at another time than expected. */
const LARGEST_DRIFT = 2_000;
/** Tokens by which answers that overtake each other may seem to come back. */
const LARGEST_DISORDER = 20;
/** How fast the cost of a message is learned anew. */
const LEARNING = 0.05;
/** Requests in a message on average, below which the bucket is asked by few. */
const RARE = 0.5;

/** What one message did to the bucket. */
interface Use {
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
  /** When Atlas last answered for this bucket, whatever it said. */
  #answeredAt = Number.NEGATIVE_INFINITY;
  /** Atlas asked not to come before. */
  #closedUntil = Number.NEGATIVE_INFINITY;
  #underWay = 0;
  #ended = Promise.withResolvers<void>();
  /** Requests that a message costs, learned from those before: the ways differ, and change when the endpoint does. */
  #cost: number | undefined;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Whether a message may be sent now, or may be once another that is under way has ended. */
  roomAt(now: number): 'free' | 'perhaps' | 'none' {
    const cost = this.#cost ?? 1;
    // What most messages have no need of holds none up: the few that do will be told by Atlas.
    if (this.#seen === undefined || cost < RARE) return 'free';
    if (now < this.#closedUntil) return 'none';
    const steps = this.#refills.numberAt(now) - this.#refills.numberAt(this.#seen.at);
    const left = Math.min(this.#capacity, this.#seen.remaining + steps * this.#refill) - cost;
    const elsewhere = 1 / this.#share.value - 1;
    const seconds = (now - this.#seen.at) / 1_000;
    const reserve = Math.min(ELSEWHERE * elsewhere * (1 + seconds), this.#refill * MOST_RESERVE);
    if (left - this.#underWay * cost >= reserve) return 'free';
    // The last tokens go one at a time, as long as there is one for each of the other processes: every answer tells anew
    // what is left. So does a message that finds out when the bucket is refilled, at the price of a 429; and one for each
    // refill without an answer, whatever is believed: nothing else could show a size to be wrong, or the others gone.
    const reckonedEmpty = this.#refills.known && left < Math.max(0, Math.floor(elsewhere - 0.5));
    if (reckonedEmpty && now - this.#answeredAt < this.#refills.milliseconds) return 'none';
    return this.#underWay === 0 ? 'free' : 'perhaps';
  }

  begin(): void {
    this.#underWay += 1;
  }

  end(): void {
    this.#underWay -= 1;
    this.#ended.resolve();
    this.#ended = Promise.withResolvers();
  }

  /** Resolves when a message that is under way has ended. */
  get nextEnd(): Promise<void> {
    return this.#ended.promise;
  }

  /** Parks a message: milliseconds until there will be room for it. */
  park(now: number): number {
    const chance = this.#random();
    if (!this.#refills.known) return GUARD + chance * this.#refills.milliseconds;
    const room = Math.max(1, (this.#refill * this.#share.value * OVERBOOKING) / Math.max(RARE, this.#cost ?? 1));
    const first = Math.max(this.#refills.numberAt(now) + 1, this.#refills.numberAt(this.#closedUntil));
    let step = first;
    while (step < first + HORIZON && (this.#parked.get(step) ?? 0) >= room) step += 1;
    if (step < first + HORIZON) this.#parked.set(step, (this.#parked.get(step) ?? 0) + 1);
    else step = first + Math.floor((HORIZON * (1 + this.#random())) / 2);
    return this.#refills.timeOf(step) - now + GUARD + chance * SPREAD * this.#refills.milliseconds;
  }

  /** Learns from what a message did. */
  learn({ askedAt, requests, rateLimit, retryAfter }: Use, now: number): void {
    if (rateLimit !== undefined || retryAfter !== undefined) this.#answeredAt = now;
    if (rateLimit !== undefined) this.#learnSizes(rateLimit);
    if (retryAfter !== undefined) {
      this.#closedUntil = now + this.#untilStep(retryAfter * 1_000, now);
      this.#refills.fallAt(this.#closedUntil);
      this.#seen = { remaining: 0, at: now };
      return;
    }
    this.#cost = this.#cost === undefined ? requests : this.#cost + (requests - this.#cost) * LEARNING;
    if (rateLimit?.remaining !== undefined) this.#see(rateLimit.remaining, requests, askedAt, now);
  }

  /**
   * Milliseconds until tokens come back: what Atlas asks for. Where that is soon, but a step is not, its bucket fills bit by
   * bit: by the next step as much has come back as a step brings.
   */
  #untilStep(milliseconds: number, now: number): number {
    if (!this.#refills.known) return milliseconds;
    const expected = this.#refills.timeOf(this.#refills.numberAt(now) + 1) - now;
    const bitByBit = milliseconds < this.#refills.milliseconds / 4 && milliseconds + LARGEST_DRIFT < expected;
    return bitByBit ? expected : milliseconds;
  }

  #see(remaining: number, requests: number, askedAt: number, now: number): void {
    const seen = this.#seen;
    if (seen === undefined) {
      this.#seen = { remaining, at: now };
      return;
    }
    const step = this.#refills.numberAt(now);
    const isNew = step !== this.#refills.numberAt(seen.at);
    const jumped = remaining > seen.remaining + Math.max(this.#refill / 4, LARGEST_DISORDER);
    if (jumped || (isNew && step === this.#refills.numberAt(askedAt))) {
      // Tokens have come back. Where that was not expected, it is now known when they do.
      if (!isNew) this.#refills.fallAt(now);
      this.#forgetBefore(step);
      this.#closedUntil = Number.NEGATIVE_INFINITY;
      this.#seen = { remaining, at: now };
    } else if (!isNew) {
      this.#share.see(requests, Math.max(0, seen.remaining - remaining));
      // Answers overtake each other: the lowest is the last.
      this.#seen = { remaining: Math.min(remaining, seen.remaining), at: now };
    }
    // Else the answer was under way while tokens came back, and may be of before or after.
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
