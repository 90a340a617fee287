import type { Trace } from '../trace.ts';
import type { Answer, Loss } from '../transport/exchange.ts';
import { readAtlasError } from './api-error.ts';
import { isRateLimited, readRateLimit } from './rate-limit.ts';
import type { Resource } from './resource.ts';

/** Headers of Atlas that are passed on to the caller; dates have a one-digit day, so they are passed on as text. */
const NOTICES = ['deprecation', 'sunset', 'ratelimit-limit', 'ratelimit-remaining'] as const;
/** A date or a number: whatever else stood before Atlas and answered in its name is not ours to pass on. */
const NOTICE = /^[\w ,:+-]{1,64}$/;

/** Writes one exchange with Atlas into the trace of its request. */
export function record(trace: Trace, resource: Resource, outcome: Answer | Loss, milliseconds: number): void {
  trace.tries += 1;
  trace.atlasMilliseconds += milliseconds;
  if (resource === 'invites') trace.invitesApiCalls += 1;
  if ('lost' in outcome) return;
  const { status, headers } = outcome;
  trace.atlasStatus = status;
  const upstream = Number(headers['x-envoy-upstream-service-time']);
  if (upstream > 0) trace.upstreamMilliseconds += upstream;
  const error = status >= 400 ? readAtlasError(outcome) : undefined;
  if (isRateLimited(status, error?.code)) trace.rateLimited += 1;
  const rateLimit = readRateLimit(headers, error);
  if (rateLimit) trace.rateLimits[resource] = { ...trace.rateLimits[resource], ...rateLimit };
  for (const name of NOTICES) {
    const value = headers[name];
    if (typeof value === 'string' && NOTICE.test(value)) trace.notices[name] = value;
  }
}
