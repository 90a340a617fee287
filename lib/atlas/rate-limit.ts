import type { IncomingHttpHeaders } from 'node:http';
import type { AtlasError } from './api-error.ts';

/**
 * What Atlas says about a token bucket. Source: Atlas docs, "Rate limiting" (api-rate-limit): `RateLimit-Limit`,
 * `RateLimit-Remaining`, and on a 429 `Retry-After` and the body's parameters.
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

/** What the body of a 429 says, all in whole numbers. */
interface TokenBucket {
  readonly retryAfter: number;
  readonly capacity: number;
  readonly refill: number;
  readonly seconds: number;
}

/**
 * The parameters [path, retryAfter, capacity, refill, seconds] of a RATE_LIMITED_TOKEN_BUCKET; undefined unless each can be
 * true. Other codes have other parameters: those of RATE_LIMITED are a path, its requests, and in how many minutes.
 */
function readTokenBucket(error: Pick<AtlasError, 'code' | 'parameters'> | undefined): TokenBucket | undefined {
  if (error?.code !== 'RATE_LIMITED_TOKEN_BUCKET' || error.parameters?.length !== 5) return undefined;
  const [, retryAfter, capacity, refill, seconds] = error.parameters.map(count);
  if (retryAfter === undefined || !capacity || !refill || !seconds || seconds > LONGEST_SECONDS) return undefined;
  return { retryAfter, capacity, refill, seconds };
}

/** What an answer says about its bucket, be it refused (`error`) or not; undefined where it says nothing. */
export function readRateLimit(
  headers: IncomingHttpHeaders,
  error?: Pick<AtlasError, 'code' | 'parameters'>,
): RateLimit | undefined {
  const bucket = readTokenBucket(error);
  const capacity = count(headers['ratelimit-limit']) ?? bucket?.capacity;
  const remaining = count(headers['ratelimit-remaining']);
  if (capacity === undefined && remaining === undefined) return undefined;
  return {
    ...(capacity === undefined ? {} : { capacity }),
    ...(remaining === undefined ? {} : { remaining }),
    ...(bucket === undefined ? {} : { refill: bucket.refill, seconds: bucket.seconds }),
  };
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

/** The wait after a 429 in whole seconds, between 1 and 3600: what it asks for, else its body, else the bucket's refill. */
export function waitAfter429(
  headers: IncomingHttpHeaders,
  error: Pick<AtlasError, 'code' | 'parameters'> | undefined,
  now: number,
): number {
  const asked = readRetryAfter(headers, now) ?? readTokenBucket(error)?.retryAfter ?? REFILL_SECONDS;
  return Math.min(Math.max(asked, 1), LONGEST_SECONDS);
}
