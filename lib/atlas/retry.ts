import type { Failure } from '../failures.ts';

/** How patient a door is within one request. */
export interface RetryPolicy {
  /** Requests sent for one operation at the most. */
  readonly tries: number;
  /** Milliseconds that the door waits between two of them at the most; what asks for more is handed to the caller. */
  readonly longestWait: number;
}

const FIRST_BACKOFF = 100;
const LONGEST_BACKOFF = 2_000;

/**
 * Milliseconds before the next try, or undefined where another try now would be wrong. What Atlas asks for comes before
 * our own backoff, which is exponential with full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter").
 */
export function retryDelay(
  failure: Failure,
  tried: number,
  policy: RetryPolicy,
  remaining: number,
  random: () => number = Math.random,
): number | undefined {
  if (!RETRIED.has(failure.name) || tried >= policy.tries) return undefined;
  const delay =
    failure.retryAfter === undefined
      ? random() * Math.min(FIRST_BACKOFF * 2 ** (tried - 1), LONGEST_BACKOFF)
      : failure.retryAfter * 1000;
  return delay <= policy.longestWait && delay < remaining ? delay : undefined;
}

/** The failures that a second request within the same second can cure. */
const RETRIED: ReadonlySet<string> = new Set(['AtlasUnavailable', 'AtlasTimeout', 'AtlasRateLimited']);
