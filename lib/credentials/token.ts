import * as v from 'valibot';
import { atlasFailure, notAtlas } from '../atlas/answer-failure.ts';
import { type AtlasError, readAtlasError, readJson } from '../atlas/api-error.ts';
import { readRetryAfter } from '../atlas/rate-limit.ts';
import type { Failure } from '../failures.ts';
import type { Answer, HttpRequest } from '../transport/exchange.ts';
import { USER_AGENT } from '../user-agent.ts';
import type { Secret } from './secret.ts';

/** Seconds to wait at the cap of 100 live tokens: the oldest of them ends within the hour, on average one every 36 seconds. */
const TOKEN_CAP_SECONDS = 60;
/** The other limit is by the minute: 50 exchanges (MongoDB's Terraform provider, guide "Provider configuration"). */
const MINTS_WINDOW_SECONDS = 60;
const MAX_BYTES = 64 * 1024;

/** RFC 6749 section 5.1. The token must fit a header as it is (RFC 6750 section 2.1). */
const TokenAnswer = v.object({
  access_token: v.pipe(v.string(), v.regex(/^[\w\-.~+/]{1,8192}=*$/)),
  token_type: v.pipe(v.string(), v.regex(/^bearer$/i)),
  expires_in: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(86_400)),
});

export interface Token {
  readonly accessToken: string;
  /** Seconds that it lives, as Atlas said. */
  readonly expiresIn: number;
}

/**
 * The exchange of a client secret for a token (Atlas docs, "Generate an OAuth 2.0 access token"). The id and the secret go
 * into the Basic header as they are: Atlas refuses the percent-encoding that RFC 6749 section 2.3.1 asks for.
 */
export function tokenRequest({ id, secret }: Secret): HttpRequest {
  return {
    method: 'POST',
    path: '/api/oauth/token',
    headers: {
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
      'user-agent': USER_AGENT,
    },
    body: 'grant_type=client_credentials',
    maxBytes: MAX_BYTES,
  };
}

/** Judges the token endpoint's answer: a pure function of it and the clock. */
export function judgeToken(answer: Answer, now: number): Token | Failure {
  const { status } = answer;
  if (status === 200) {
    const token = v.safeParse(TokenAnswer, readJson(answer));
    if (!token.success) return notAtlas(answer, 'is no token');
    return { accessToken: token.output.access_token, expiresIn: token.output.expires_in };
  }
  const error = readAtlasError(answer);
  if (status === 401 || status === 402) return atlasFailure('AtlasUnauthorized', answer, error);
  if (status === 400 && error && REFUSED.has(error.code)) return atlasFailure('AtlasUnauthorized', answer, error);
  if (status === 429) return limited(answer, error, readRetryAfter(answer.headers, now) ?? MINTS_WINDOW_SECONDS);
  if (status === 403 && error) return judgeForbidden(answer, error, now);
  return atlasFailure('AtlasUnavailable', answer, error, { retryAfter: readRetryAfter(answer.headers, now) });
}

/** Codes of a 400 that mean the credentials and not the request, whose form never changes. */
const REFUSED = new Set(['invalid_client', 'invalid_request', 'invalid_grant', 'unauthorized_client']);

/** One code for three refusals: only the text tells them apart (Atlas docs, "Service accounts" and "Rate limits"). */
function judgeForbidden(answer: Answer, error: AtlasError, now: number): Failure {
  if (/token limit/i.test(error.detail)) {
    return limited(answer, error, readRetryAfter(answer.headers, now) ?? TOKEN_CAP_SECONDS);
  }
  const blocked = /access ?list|whitelist/i.test(error.detail) || /ACCESS_LIST|WHITELIST/.test(error.code);
  return atlasFailure(blocked ? 'AtlasAccessListBlocked' : 'AtlasUnauthorized', answer, error);
}

/** The limit is the credentials', not the caller's: 503, so that the caller does not slow down a client of his own. */
function limited(answer: Answer, error: AtlasError | undefined, retryAfter: number): Failure {
  return atlasFailure('AtlasRateLimited', answer, error, { retryAfter, status: 503 });
}
