import type { Fault } from '../loopback/faults.ts';
import { atlasError } from './answers.ts';

/** Failures that Atlas, or the network before it, has shown. Each may be combined: `{ ...failures.badGateway(), act: true }`. */
export const failures = {
  /** 429 of the token bucket; `retryAfter` in seconds, an HTTP date, or absent; tokens come back every `refillSeconds`. */
  rateLimited: (retryAfter?: number | string, refillSeconds = 60): Fault => {
    const seconds = typeof retryAfter === 'number' ? retryAfter : 0;
    const detail = `Rate limit exceeded for api/atlas/v2/orgs. Please retry after ${seconds} seconds. Request capacity: 500. Refill rate: 250 per ${refillSeconds} seconds.`;
    const headers = {
      'Ratelimit-Limit': '500',
      'Ratelimit-Remaining': '0',
      ...(retryAfter !== undefined && { 'Retry-After': `${retryAfter}` }),
    };
    return atlasError(
      429,
      'RATE_LIMITED_TOKEN_BUCKET',
      detail,
      ['api/atlas/v2/orgs', seconds, 500, 250, refillSeconds],
      headers,
    );
  },
  /** Writes are refused for a while, with a status that looks final. */
  appUpgrade: (): Fault =>
    atlasError(405, 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES', 'Writes are not allowed during application upgrades.'),
  unexpectedError: (): Fault => atlasError(500, 'UNEXPECTED_ERROR', 'Unexpected error.'),
  /** 503 without a body, and without Retry-After unless given. */
  emptyUnavailable: (retryAfter?: number | string): Fault => ({
    status: 503,
    ...(retryAfter !== undefined && { headers: { 'Retry-After': `${retryAfter}` } }),
  }),
  emptyForbidden: (): Fault => ({ status: 403 }),
  accountSuspended: (): Fault => atlasError(402, 'ACCOUNT_SUSPENDED', 'The account is suspended.'),
  unauthorized: (): Fault =>
    atlasError(401, 'USER_UNAUTHORIZED', 'Current user is not authorized to perform this action.'),
  conflict: (): Fault => atlasError(409, 'DATA_CONCURRENCY_ERROR', 'The data was changed by another request.'),
  /** What a gateway in front says: HTML. */
  badGateway: (): Fault => ({
    status: 502,
    headers: { 'Content-Type': 'text/html' },
    body: '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>',
  }),
  redirect: (location: string): Fault => ({ status: 302, headers: { Location: location } }),
  /** An Atlas error whose JSON ends in the middle. */
  truncatedJson: (status = 500): Fault => ({
    status,
    headers: { 'Content-Type': 'application/json' },
    body: '{"detail":"Unexpected error.","error":500,"errorC',
  }),
  hugeBody: (bytes: number, status = 500): Fault => ({
    status,
    headers: { 'Content-Type': 'application/json' },
    body: Buffer.alloc(bytes, 'x'),
  }),
  resetBeforeActing: (): Fault => ({ act: false, delivery: 'reset' }),
  resetAfterActing: (): Fault => ({ act: true, delivery: 'reset' }),
  /** The request took effect, and its answer broke off. */
  headThenReset: (): Fault => ({ act: true, delivery: 'reset-after-head' }),
  cutBody: (): Fault => ({ act: true, delivery: 'cut' }),
  slowBody: (): Fault => ({ act: true, delivery: 'slow-body' }),
  /** Held until released; whether it took effect is for `act` to say. */
  neverAnswers: (act = false): Fault => ({ act, delivery: 'hold' }),
  /** Answered in full, then closed without notice: what is next on this connection meets a closed one. */
  closesAfterAnswer: (): Fault => ({ act: true, delivery: 'close' }),
  /** The server closes a kept-alive connection just when a request arrives: play it on requests that are `reused`. */
  staleKeepAlive: (): Fault => ({ act: false, delivery: 'end' }),
} as const;
