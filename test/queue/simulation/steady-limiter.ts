import { atlasError } from '../../../infra/emulators/atlas/answers.ts';
import type { EndpointSet, RateLimiter } from '../../../infra/emulators/atlas/rate-limiter.ts';
import type { Settings } from '../../../infra/emulators/atlas/settings.ts';

/** A token bucket that fills bit by bit and not in steps: Atlas's documentation can be read either way. */
export class SteadyLimiter implements Pick<RateLimiter, 'take' | 'remaining'> {
  readonly #bucket: Settings['bucket'];
  readonly #now: () => number;
  readonly #sets = new Map<EndpointSet, { tokens: number; at: number }>();

  constructor({ bucket }: Settings, now: () => number) {
    this.#bucket = bucket;
    this.#now = now;
  }

  remaining(set: EndpointSet): number {
    const { capacity, refill, seconds } = this.#bucket;
    const now = this.#now();
    const { tokens, at } = this.#sets.get(set) ?? { tokens: capacity, at: now };
    const filled = Math.min(capacity, tokens + ((now - at) / 1_000) * (refill / seconds));
    this.#sets.set(set, { tokens: filled, at: now });
    return filled;
  }

  take(set: EndpointSet, path: string): ReturnType<RateLimiter['take']> {
    const { capacity, refill, seconds } = this.#bucket;
    const tokens = this.remaining(set);
    const left = Math.max(0, Math.floor(tokens - 1));
    const headers = { 'Ratelimit-Limit': `${capacity}`, 'Ratelimit-Remaining': `${left}` };
    if (tokens >= 1) {
      this.#sets.set(set, { tokens: tokens - 1, at: this.#now() });
      return { headers };
    }
    const wait = Math.ceil(((1 - tokens) * seconds) / refill);
    const parameters = [path.slice(1), wait, capacity, refill, seconds];
    const more = { 'Retry-After': `${wait}` };
    return { headers, refusal: atlasError(429, 'RATE_LIMITED_TOKEN_BUCKET', 'Rate limit exceeded.', parameters, more) };
  }
}
