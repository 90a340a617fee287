import * as v from 'valibot';
import type { Resource } from '../../atlas/resource.ts';
import type { Served } from '../../served.ts';
import { Bucket } from './bucket.ts';

const RESOURCES: readonly Resource[] = ['invites', 'users'];
/** Organizations whose buckets are remembered; the one longest unused makes room. */
const MOST_ORGANIZATIONS = 1_000;

const Input = v.object({ orgId: v.string() });

/** A message that has to wait. */
interface Parked {
  readonly seconds: number;
}

/** A message that may be served. */
interface Turn {
  /** Tells how it was served, once; whether it has to wait because Atlas limits the rate. */
  settle(served: Served): Parked | undefined;
}

/**
 * Keeps messages from Atlas while Atlas has no room for them. Each organization has its own two buckets at Atlas, and its
 * own here: one at its limit never holds up another. Nothing is known before Atlas has said something, and what is known
 * is this process's own and goes with it.
 */
export class Pacing {
  readonly #clock: { now(): number };
  readonly #random: () => number;
  readonly #organizations = new Map<string, Map<Resource, Bucket>>();

  constructor(clock: { now(): number }, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  /** A turn for the message with this input, or how long it has to wait for one. */
  async ask(input: unknown): Promise<Turn | Parked> {
    const known = v.is(Input, input) ? this.#organizations.get(input.orgId) : undefined;
    const buckets = [...(known?.values() ?? [])];
    for (;;) {
      const askedAt = this.#clock.now();
      const full = buckets.find((bucket) => bucket.roomAt(askedAt) === 'none');
      if (full) return { seconds: full.park(askedAt) / 1_000 };
      const busy = buckets.find((bucket) => bucket.roomAt(askedAt) === 'perhaps');
      if (!busy) return this.#begin(buckets, askedAt);
      await busy.nextEnd;
    }
  }

  #begin(buckets: readonly Bucket[], askedAt: number): Turn {
    for (const bucket of buckets) bucket.begin();
    return {
      settle: (served) => {
        const parked = this.#settle(served, askedAt);
        // Those who wait for news look at what was learned.
        for (const bucket of buckets) bucket.end();
        return parked;
      },
    };
  }

  #settle({ request, failure, trace }: Served, askedAt: number): Parked | undefined {
    if (request === undefined) return undefined;
    const now = this.#clock.now();
    // Of the failure and not of the trace: a request that has waited for what another has asked meets its 429 too, and one
    // that has sat out a 429 may have failed by the limit of the token endpoint.
    const limited = failure?.limited;
    for (const resource of RESOURCES) {
      const rateLimit = trace.rateLimits[resource];
      const told = rateLimit !== undefined || resource === limited;
      if (!told && !this.#organizations.get(request.orgId)?.has(resource)) continue;
      const requests = resource === 'invites' ? trace.invitesApiCalls : trace.tries - trace.invitesApiCalls;
      const retryAfter = resource === limited ? failure?.retryAfter : undefined;
      this.#bucket(request.orgId, resource).learn({ askedAt, requests, rateLimit, retryAfter }, now);
    }
    if (limited === undefined) return undefined;
    return { seconds: this.#bucket(request.orgId, limited).park(now) / 1_000 };
  }

  #bucket(orgId: string, resource: Resource): Bucket {
    const buckets = this.#organizations.get(orgId) ?? new Map<Resource, Bucket>();
    // A Map keeps the order of insertion: the first is the one longest unused.
    this.#organizations.delete(orgId);
    this.#organizations.set(orgId, buckets);
    const [oldest] = this.#organizations.keys();
    if (this.#organizations.size > MOST_ORGANIZATIONS && oldest !== undefined) this.#organizations.delete(oldest);
    const bucket = buckets.get(resource) ?? new Bucket(this.#random);
    buckets.set(resource, bucket);
    return bucket;
  }
}
