import type { RateLimit } from '../atlas/rate-limit.ts';
import type { Resource } from '../atlas/resource.ts';
import type { Clock } from '../clock.ts';
import type { Trace } from '../trace.ts';
import type { Stop } from './stop.ts';

/**
 * Atlas docs, "Rate limiting" (api-rate-limit): a bucket of 500 requests gets 250 back every 60 seconds. How many come back
 * is only said by a 429; until then half of the capacity is a fair guess for a limit that was raised, too.
 */
const CAPACITY = 500;
const REFILL_SHARE = 0.5;
const REFILL_SECONDS = 60;
/** Requests of the rows that are under way when a bucket is found to run low. */
const UNDER_WAY = 16;
const LONGEST_WAIT = 1_000;

interface OrganizationPace {
  /** Nothing begins before this time, milliseconds since the epoch. */
  heldUntil: number;
  nextAt: number;
  /** Milliseconds between two beginnings. */
  interval: number;
  /** How the buckets are refilled, once Atlas has said so. */
  readonly refills: { [resource in Resource]?: RateLimit };
}

/**
 * Keeps many cancellations under the rate limit of each organization: at full speed while the bucket is well filled, at
 * the speed of its refilling when it is not, and not at all for as long as Atlas says after a 429.
 */
export class Pace {
  readonly #clock: Clock;
  readonly #organizations = new Map<string, OrganizationPace>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Settles when the next cancellation may begin; false where the operator has asked to stop. */
  async turn(orgId: string, stop: Stop): Promise<boolean> {
    const pace = this.#of(orgId);
    while (!stop.requested) {
      const now = this.#clock.now();
      const at = Math.max(pace.heldUntil, pace.nextAt);
      if (at <= now) {
        pace.nextAt = now + pace.interval;
        return true;
      }
      // In short steps: of a longer one the process would have to see the end before it could leave.
      await Promise.race([this.#clock.wait(Math.min(at - now, LONGEST_WAIT)), stop.whenRequested]);
    }
    return false;
  }

  /** What the answers to one cancellation said of the organization's buckets: each resource has one of its own. */
  learn(orgId: string, { rateLimits, tries, invitesApiCalls }: Trace): void {
    const pace = this.#of(orgId);
    const requests = { invites: invitesApiCalls, users: tries - invitesApiCalls };
    const intervals: number[] = [];
    for (const resource of ['invites', 'users'] as const) {
      const said = rateLimits[resource];
      if (!said) continue;
      if (said.refill !== undefined) pace.refills[resource] = said;
      intervals.push(intervalOf({ ...pace.refills[resource], ...said }, requests[resource]));
    }
    if (intervals.length > 0) pace.interval = Math.max(...intervals);
  }

  /** Atlas has no room for so many seconds. False where that was known. */
  hold(orgId: string, seconds: number): boolean {
    const pace = this.#of(orgId);
    const now = this.#clock.now();
    const isNew = pace.heldUntil <= now;
    pace.heldUntil = Math.max(pace.heldUntil, now + seconds * 1_000);
    return isNew;
  }

  #of(orgId: string): OrganizationPace {
    let pace = this.#organizations.get(orgId);
    if (!pace) {
      pace = { heldUntil: 0, nextAt: 0, interval: 0, refills: {} };
      this.#organizations.set(orgId, pace);
    }
    return pace;
  }
}

/**
 * Milliseconds between two cancellations of so many requests each: none, or as many as keep to the speed of the refilling.
 * Buckets are refilled in steps, and when the next one comes is not known. From what one step brings, that speed lasts until it.
 */
function intervalOf(rateLimit: RateLimit, requests: number): number {
  const { remaining, capacity = CAPACITY, refill = capacity * REFILL_SHARE, seconds = REFILL_SECONDS } = rateLimit;
  const scarce = remaining !== undefined && remaining < refill + UNDER_WAY;
  return scarce && refill > 0 ? (requests * seconds * 1_000) / refill : 0;
}
