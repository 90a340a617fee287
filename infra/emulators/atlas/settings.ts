import type { LoopbackRequest } from '../loopback/request-log.ts';
import type { ServerSettings } from '../loopback/server.ts';

/** How an invitation that is no longer there is answered: the documentation says 400, public traffic shows 404. */
type GoneAs = '400-invitation' | '404-invitation' | '404-resource';

/** What a removed version answers; MongoDB has answered 410 for others, the rest is not ruled out. */
export type Sunset = '410' | '404' | '406';

/**
 * What may be switched while the simulator runs. Defaults are what Atlas documents or was seen to do; where neither
 * settles it, the variants stand side by side here.
 */
export interface Settings extends ServerSettings<LoopbackRequest> {
  /** Answer to a request for an invitation that does not exist or was accepted. */
  goneAs: GoneAs;
  /** Set: the versions with a Sunset header are over, and this is how they answer. */
  sunset: Sunset | undefined;
  /** How the `username` query of the two lists is understood; `lower-case`: put in lower case, and found as it is stored. */
  usernameFilter: 'exact' | 'case-insensitive' | 'lower-case' | 'ignored';
  /** Answer (401) to a bearer token that is expired, revoked or unknown: its body ("empty", or an Atlas error with this code) and challenge header. */
  revokedTokenAnswer: { body: string; wwwAuthenticate: boolean };
  /** Token bucket of each endpoint set and organization; `refill` tokens are added in steps of `seconds` (Atlas docs: api-rate-limit). */
  bucket: { capacity: number; refill: number; seconds: number };
  /** Limits of the token endpoint: tokens alive per service account, requests a minute per client; whether its 429 says Retry-After. */
  tokenLimits: { active: number; mintsPerMinute: number; retryAfter: boolean };
  /** Lifetime of an access token in seconds. */
  tokenSeconds: number;
  /** Digest nonces: good for more than one request or not, and for how many seconds. */
  digest: { nonceReuse: boolean; nonceSeconds: number };
  /** Pages of the users list: size when none is asked for, and the largest one served. */
  itemsPerPage: { default: number; maximum: number };
  /** `totalCount` of the users list from the true count: Atlas calls it an estimate, so it is wrong here unless changed. */
  totalCount: (count: number) => number;
  /** The address from which requests seem to come, checked against the access list of the organization. */
  callerAddress: string;
  /** Name of the access list refusal: documentation still has the old one (…_WHITELIST). */
  accessListCode: 'IP_ADDRESS_NOT_ON_ACCESS_LIST' | 'IP_ADDRESS_NOT_ON_WHITELIST';
  /** Whether the token endpoint looks at the access list too (older documentation says so, newer does not). */
  accessListAtTokenEndpoint: boolean;
  /** Whether the users endpoint removes entries whose invitation expired or was rejected. */
  removesLapsed: boolean;
  /** Value of X-Envoy-Upstream-Service-Time, in milliseconds. */
  upstreamServiceTime: number;
}

export function defaultSettings(): Settings {
  return {
    goneAs: '400-invitation',
    sunset: undefined,
    usernameFilter: 'exact',
    revokedTokenAnswer: { body: 'UNEXPECTED_ERROR', wwwAuthenticate: true },
    bucket: { capacity: 500, refill: 250, seconds: 60 },
    tokenLimits: { active: 100, mintsPerMinute: 50, retryAfter: false },
    tokenSeconds: 3600,
    digest: { nonceReuse: false, nonceSeconds: 30 },
    itemsPerPage: { default: 100, maximum: 500 },
    totalCount: (count) => count + 3,
    callerAddress: '203.0.113.7',
    accessListCode: 'IP_ADDRESS_NOT_ON_ACCESS_LIST',
    accessListAtTokenEndpoint: false,
    removesLapsed: true,
    delay: 0,
    upstreamServiceTime: 48,
  };
}
