import type { Answer, Headers } from '../loopback/answer.ts';
import { atlasError } from './answers.ts';
import type { Settings } from './settings.ts';

/** The endpoint sets of Atlas that are played here; each has its own bucket in every organization (Atlas docs: api-rate-limit). */
export type EndpointSet = 'organizations' | 'users';

interface Bucket {
  tokens: number;
  /** When the last refill step was due. */
  refilledAt: number;
}

/** Token buckets of one organization. A request that is refused takes nothing; one that fails later has paid all the same. */
export class RateLimiter {
  readonly #buckets = new Map<EndpointSet, Bucket>();
  readonly #settings: Settings;
  readonly #clock: () => number;

  constructor(settings: Settings, clock: () => number) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** Tokens left in the bucket of this set now. */
  remaining(set: EndpointSet): number {
    return this.#bucket(set).tokens;
  }

  /** Takes one token: the headers for the answer, or the 429 when there is none left. */
  take(set: EndpointSet, path: string): { headers: Headers; refusal?: Answer } {
    const bucket = this.#bucket(set);
    const { capacity, refill, seconds } = this.#settings.bucket;
    if (bucket.tokens > 0) {
      bucket.tokens -= 1;
      return { headers: { 'Ratelimit-Limit': `${capacity}`, 'Ratelimit-Remaining': `${bucket.tokens}` } };
    }
    const wait = Math.ceil((bucket.refilledAt + seconds * 1000 - this.#clock()) / 1000);
    const headers = { 'Ratelimit-Limit': `${capacity}`, 'Ratelimit-Remaining': '0' };
    const resource = path.slice(1);
    const refusal = atlasError(
      429,
      'RATE_LIMITED_TOKEN_BUCKET',
      `Rate limit exceeded for ${resource}. Please retry after ${wait} seconds. Request capacity: ${capacity}. Refill rate: ${refill} per ${seconds} seconds.`,
      [resource, wait, capacity, refill, seconds],
      { 'Retry-After': `${wait}` },
    );
    return { headers, refusal };
  }

  /** The bucket with the refill steps that are due; steps are whole, as recorded of Atlas. */
  #bucket(set: EndpointSet): Bucket {
    const { capacity, refill, seconds } = this.#settings.bucket;
    const now = this.#clock();
    let bucket = this.#buckets.get(set);
    if (!bucket) {
      bucket = { tokens: capacity, refilledAt: now };
      this.#buckets.set(set, bucket);
    }
    const steps = Math.floor((now - bucket.refilledAt) / (seconds * 1000));
    if (steps > 0) {
      bucket.tokens = Math.min(capacity, bucket.tokens + steps * refill);
      bucket.refilledAt += steps * seconds * 1000;
    }
    return bucket;
  }
}
