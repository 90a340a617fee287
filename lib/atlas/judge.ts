import type { Failure, FailureName } from '../failures.ts';
import type { Answer } from '../transport/exchange.ts';
import { atlasFailure, notAtlas } from './answer-failure.ts';
import { type AtlasError, readAtlasError, readJson } from './api-error.ts';
import { isRateLimited, readRetryAfter, waitAfter429 } from './rate-limit.ts';
import type { Resource } from './resource.ts';

/**
 * What an answer of Atlas means. `gone`: the invitation or the user is not there. `doubtful`: either that, or the endpoint
 * is no longer there; of a list, which can't be missing by itself, it says the latter where it is `credible`. `sunset`: the
 * endpoint is no longer there.
 */
export type Verdict =
  | { readonly kind: 'done'; readonly body: unknown }
  | { readonly kind: 'gone' | 'sunset'; readonly failure: Failure }
  | { readonly kind: 'doubtful'; readonly failure: Failure; readonly credible: boolean }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** Atlas docs, "API error codes" (reference/api-errors); the old names are still listed there. */
const ACCESS_LIST = new Set([
  'IP_ADDRESS_NOT_ON_ACCESS_LIST',
  'IP_ADDRESS_NOT_ON_WHITELIST',
  'ORG_REQUIRES_ACCESS_LIST',
  'ORG_REQUIRES_WHITELIST',
]);
const ORGANIZATION_UNKNOWN = new Set(['ORG_NOT_FOUND', 'INVALID_ORG_ID', 'NOT_ATLAS_ORG']);
/** Faults of what no caller has a say in: where it was right before, it is Atlas that has changed. */
const OURS = new Set(['INVALID_VERSION_DATE', 'INVALID_QUERY_PARAMETER', 'INVALID_ENUM_VALUE']);
const USER_UNKNOWN = new Set(['USER_NOT_FOUND', 'USER_NOT_IN_ORG']);
/** The act itself is refused, by a code that names it: CANNOT_DELETE_LAST_ADMIN, CANNOT_DELETE_GROUP_INVITATION, ... */
const ACT_REFUSED = /^CANNOT_(DELETE|DEMOTE|REMOVE)_/;

/**
 * Puts any answer into exactly one row. An answer that no row names, or that is no answer of Atlas, is `AtlasUnavailable`:
 * unknown is never permanent. A pure function of the answer and the clock.
 */
export function judge(answer: Answer, resource: Resource, expected: 200 | 204, now: number): Verdict {
  const { status, headers } = answer;
  if (status === expected) return done(answer, expected);
  const error = readAtlasError(answer);
  const failure = (name: FailureName, retryAfter?: number): Failure =>
    atlasFailure(name, answer, error, { retryAfter });

  if (resource === 'invites') {
    if ((status === 400 || status === 404) && error?.code === 'INVALID_INVITATION_ID') {
      return { kind: 'gone', failure: failure('InvitationNotFound') };
    }
    if (status === 410 && error) return { kind: 'sunset', failure: failure('InvitationApiSunset') };
    if (isDoubtful(status, error)) {
      // A 406 without Atlas's error is the word of something before Atlas; a 410 means nothing else (RFC 9110 section 15.5.11).
      return {
        kind: 'doubtful',
        failure: failure('InvitationApiSunset'),
        credible: error !== undefined || status === 410,
      };
    }
  }
  if (resource === 'users' && status === 404 && error && USER_UNKNOWN.has(error.code)) {
    return { kind: 'gone', failure: failure('NotFound') };
  }
  if (isRateLimited(status, error?.code)) {
    const retryAfter = waitAfter429(headers, error, now);
    return {
      kind: 'failure',
      failure: atlasFailure('AtlasRateLimited', answer, error, { retryAfter, limited: resource }),
    };
  }
  const name = error === undefined ? nameOfBare(status) : nameOf(status, error.code);
  const retryAfter = name === 'AtlasUnavailable' ? readRetryAfter(headers, now) : undefined;
  return { kind: 'failure', failure: failure(name, retryAfter) };
}

/** A 204 has no body to believe or not (RFC 9110 section 15.3.5); a 200 must be whole JSON. */
function done(answer: Answer, expected: 200 | 204): Verdict {
  const body = expected === 204 ? undefined : readJson(answer);
  if (expected === 200 && body === undefined) return { kind: 'failure', failure: notAtlas(answer, 'is no whole JSON') };
  return { kind: 'done', body };
}

/** Atlas docs, "Versioned API": 406 where a date does not exist. The error list names 400 for the same code. */
function isDoubtful(status: number, error: AtlasError | undefined): boolean {
  return (
    status === 406 ||
    status === 410 ||
    (status === 404 && error?.code === 'RESOURCE_NOT_FOUND') ||
    (status === 400 && error?.code === 'INVALID_VERSION_DATE')
  );
}

function nameOf(status: number, code: string): FailureName {
  if (status === 401 || status === 402) return 'AtlasUnauthorized';
  if ((status === 400 || status === 403) && ACT_REFUSED.test(code)) return 'Forbidden';
  if (status === 400 && OURS.has(code)) return 'AtlasUnavailable';
  if (status === 400 && (code === 'VALIDATION_ERROR' || code.startsWith('INVALID_'))) return 'InvalidRequest';
  if (status === 403) return ACCESS_LIST.has(code) ? 'AtlasAccessListBlocked' : 'AtlasUnauthorized';
  if (status === 404 && ORGANIZATION_UNKNOWN.has(code)) return 'NotFound';
  return 'AtlasUnavailable';
}

/** Without a body of Atlas only the two statuses that are about credentials or money mean what they say. */
function nameOfBare(status: number): FailureName {
  return status === 401 || status === 402 ? 'AtlasUnauthorized' : 'AtlasUnavailable';
}
