import type { RateLimit } from './atlas/rate-limit.ts';
import type { Resource } from './atlas/resource.ts';
import type { Failure } from './failures.ts';

/** What a request has ended. */
export interface Ended {
  readonly outcome: 'cancelled' | 'member_removed';
  /** The endpoint that did it. */
  readonly via: Resource;
}

/** Ids and address as Atlas told them. */
export interface Told {
  readonly invitationId?: string;
  readonly userId?: string;
  readonly username?: string;
}

/** What happened on the way of one request: filled by the client and the credentials, read by the log and the metrics. */
export interface Trace {
  /** Requests sent to the Atlas Administration API, repetitions included. */
  tries: number;
  /** Those of them that went to the invites endpoint, which ends on 2027-07-01. */
  invitesApiCalls: number;
  /** Answers of the API and of the token endpoint by which they limit the rate. */
  rateLimited: number;
  tokensMinted: number;
  secretsRead: number;
  /** Why the credentials could not be renewed, where the request went on without. */
  renewalFailure?: Failure;
  /** Milliseconds spent waiting for Atlas's answers. */
  atlasMilliseconds: number;
  /** Atlas's own share of them, as it says in `X-Envoy-Upstream-Service-Time`. */
  upstreamMilliseconds: number;
  /** The last status of Atlas; absent while none came. */
  atlasStatus?: number;
  told: Told;
  /** What the request has ended so far, though it may fail at the rest. */
  ended?: Ended;
  /** What a deletion may have ended that was not answered, where nobody has looked since. */
  unanswered?: Ended['outcome'] | undefined;
  /** The last word of Atlas on how many more requests the organization may send: each resource has a bucket of its own. */
  readonly rateLimits: { [resource in Resource]?: RateLimit };
  /** Atlas's `Deprecation`, `Sunset` and `RateLimit-*` headers of the last answer that had them. */
  notices: Record<string, string>;
}

export function newTrace(): Trace {
  return {
    tries: 0,
    invitesApiCalls: 0,
    rateLimited: 0,
    tokensMinted: 0,
    secretsRead: 0,
    atlasMilliseconds: 0,
    upstreamMilliseconds: 0,
    told: {},
    rateLimits: {},
    notices: {},
  };
}
