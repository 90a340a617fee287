import type { IncomingHttpHeaders } from 'node:http';

/**
 * What Atlas says about a token bucket. Source: Atlas docs, "Rate limiting" (api-rate-limit): `RateLimit-Limit`,
 * `RateLimit-Remaining`, and on a 429 `Retry-After` and the body's parameters [path, retryAfter, capacity, refill, seconds].
 */
export interface RateLimit {
  /** Requests that the bucket holds when full. */
  readonly capacity?: number;
  /** Requests that are left now. */
  readonly remaining?: number;
  /** Requests that come back every {@link seconds}. */
  readonly refill?: number;
  readonly seconds?: number;
}

/** Atlas says so by a 429, and where its limit is one for addresses by another status too (`RATE_LIMITED_IP`). */
export function isRateLimited(status: number, errorCode: string | undefined): boolean {
  return status === 429 || errorCode?.startsWith('RATE_LIMITED') === true;
}

const REFILL_SECONDS = 60;
const LONGEST_SECONDS = 3_600;

/** A whole number that is not negative, from a header or a body; undefined for everything else. */
function count(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

export function readRateLimit(headers: IncomingHttpHeaders, parameters?: readonly unknown[]): RateLimit | undefined {
  const capacity = count(headers['ratelimit-limit']) ?? count(parameters?.[2]);
  const remaining = count(headers['ratelimit-remaining']);
  const refill = count(parameters?.[3]);
  const seconds = count(parameters?.[4]);
  if (capacity === undefined && remaining === undefined && refill === undefined) return undefined;
  const rateLimit: { -readonly [field in keyof RateLimit]: RateLimit[field] } = {};
  if (capacity !== undefined) rateLimit.capacity = capacity;
  if (remaining !== undefined) rateLimit.remaining = remaining;
  if (refill !== undefined) rateLimit.refill = refill;
  if (seconds !== undefined) rateLimit.seconds = seconds;
  return rateLimit;
}

/**
 * The wait that an answer asks for, in whole seconds between 1 and 3600; undefined where it asks for none. Atlas has been
 * seen to say 0 on a 429; RFC 9110 (section 10.2.3) allows a date as well as seconds.
 */
export function readRetryAfter(headers: IncomingHttpHeaders, now: number): number | undefined {
  const value = headers['retry-after'];
  const seconds = count(value) ?? (value === undefined ? undefined : (Date.parse(value) - now) / 1000);
  if (seconds === undefined || Number.isNaN(seconds)) return undefined;
  return Math.min(Math.max(Math.ceil(seconds), 1), LONGEST_SECONDS);
}

/** The wait after a 429: what it asks for, else what its body says, else the bucket's refill. */
export function waitAfter429(
  headers: IncomingHttpHeaders,
  parameters: readonly unknown[] | undefined,
  now: number,
): number {
  const asked = readRetryAfter(headers, now) ?? count(parameters?.[1]) ?? REFILL_SECONDS;
  return Math.min(Math.max(asked, 1), LONGEST_SECONDS);
}
