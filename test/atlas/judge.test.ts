import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, type Verdict } from '../../lib/atlas/judge.ts';
import { record } from '../../lib/atlas/record.ts';
import { FAILURES, type FailureName } from '../../lib/failures.ts';
import { newTrace } from '../../lib/trace.ts';
import type { Answer } from '../../lib/transport/exchange.ts';
import { NOW } from '../support/clock.ts';
import { bare, error, failureOf, verdictOf } from './support.ts';

describe('an answer that says it is done', () => {
  it('is a 204 to a deletion, whatever comes with it', () => {
    expect(verdictOf(bare(204))).toEqual({ kind: 'done', body: undefined });
    expect(verdictOf(bare(204, '<html>'))).toEqual({ kind: 'done', body: undefined });
    expect(verdictOf(bare(204, '{"id":1}'))).toEqual({ kind: 'done', body: undefined });
  });

  it('is a 200 with whole JSON to a reading', () => {
    expect(verdictOf(bare(200, '[{"id":1}]'), 'users', 200)).toEqual({ kind: 'done', body: [{ id: 1 }] });
    expect(verdictOf(bare(200, 'null'), 'users', 200)).toEqual({ kind: 'done', body: null });
  });

  it.each<[string, Answer, 200 | 204]>([
    ['a 200 to a deletion', bare(200, '{}'), 204],
    ['a 202 to a deletion', bare(202), 204],
    ['a 204 to a reading', bare(204), 200],
    ['a 200 with nothing', bare(200), 200],
    ['a 200 with HTML', bare(200, '<html>'), 200],
    ['a 200 with half a document', bare(200, '[{"id":'), 200],
    ['a 200 that broke off, though what came is JSON', { ...bare(200, '[]'), complete: false }, 200],
    ['a 301', bare(301, '', { location: 'https://example.com/' }), 204],
    ['a 304', bare(304), 200],
  ])('is not %s', (_, answer, expected) => {
    expect(failureOf(answer, 'invites', expected)).toMatchObject({ name: 'AtlasUnavailable', status: 502 });
  });

  it('is told from one that is by what is wrong with it', () => {
    expect(failureOf(bare(200, '<html>'), 'invites', 200)).toMatchObject({
      message: 'Atlas answered 200, but the answer is no whole JSON.',
      atlasStatus: 200,
    });
  });
});

describe('an invitation', () => {
  it.each([400, 404])('is gone: %i INVALID_INVITATION_ID', (status) => {
    expect(verdictOf(error(status, 'INVALID_INVITATION_ID'))).toMatchObject({ kind: 'gone' });
  });

  it.each<[string, Answer, Verdict['kind']]>([
    ['410 VERSION_GONE', error(410, 'VERSION_GONE'), 'sunset'],
    ['410 with another code', error(410, 'SOMETHING_ELSE'), 'sunset'],
    ['410 without a body', bare(410), 'doubtful'],
    ['410 with HTML', bare(410, '<html>'), 'doubtful'],
    ['404 RESOURCE_NOT_FOUND', error(404, 'RESOURCE_NOT_FOUND'), 'doubtful'],
    ['406 INVALID_VERSION_DATE', error(406, 'INVALID_VERSION_DATE'), 'doubtful'],
    ['406 without a body', bare(406), 'doubtful'],
    ['400 INVALID_VERSION_DATE', error(400, 'INVALID_VERSION_DATE'), 'doubtful'],
    ['404 without a body', bare(404), 'failure'],
    ['404 with another code', error(404, 'SOMETHING_ELSE'), 'failure'],
    ['403 INVALID_INVITATION_ID', error(403, 'INVALID_INVITATION_ID'), 'failure'],
    ['400 without a body', bare(400), 'failure'],
    ['500 RESOURCE_NOT_FOUND', error(500, 'RESOURCE_NOT_FOUND'), 'failure'],
    ['500 INVALID_VERSION_DATE', error(500, 'INVALID_VERSION_DATE'), 'failure'],
  ])('or its endpoint is gone: %s is %s', (_, answer, kind) => {
    expect(verdictOf(answer)).toMatchObject({ kind });
  });

  it.each<[string, Answer, boolean]>([
    ['in which Atlas says so', error(406, 'INVALID_VERSION_DATE'), true],
    ['that means nothing else', bare(410), true],
    ['of something before Atlas', bare(406), false],
    ['of something before Atlas, with a page', bare(406, '<h1>No</h1>'), false],
  ])('may have lost its endpoint, by an answer %s', (_, answer, credible) => {
    expect(verdictOf(answer)).toMatchObject({ kind: 'doubtful', credible });
  });

  it.each([
    error(410, 'VERSION_GONE'),
    error(404, 'RESOURCE_NOT_FOUND'),
    error(406, 'INVALID_VERSION_DATE'),
    error(400, 'INVALID_INVITATION_ID'),
  ])('tells nothing of the users endpoint: $status', (answer) => {
    expect(verdictOf(answer, 'users')).toMatchObject({ kind: 'failure' });
  });
});

it('a code means what it says with its own status only', () => {
  expect(failureOf(error(403, 'INVALID_QUERY_PARAMETER'), 'users').name).toBe('AtlasUnauthorized');
});

it.each(['INVALID_VERSION_DATE', 'INVALID_QUERY_PARAMETER', 'INVALID_ENUM_VALUE'])(
  'a caller is not blamed for what no caller has a say in: 400 %s',
  (code) => {
    expect(failureOf(error(400, code), 'users')).toMatchObject({
      name: 'AtlasUnavailable',
      retry: true,
    });
  },
);

describe('a user', () => {
  it.each(['USER_NOT_FOUND', 'USER_NOT_IN_ORG'])('is gone: 404 %s', (code) => {
    expect(verdictOf(error(404, code), 'users')).toMatchObject({ kind: 'gone' });
  });

  it('is not gone for any other reason', () => {
    expect(failureOf(error(400, 'USER_NOT_FOUND'), 'users').name).toBe('AtlasUnavailable');
    expect(failureOf(error(404, 'USER_NOT_FOUND'), 'invites').name).toBe('AtlasUnavailable');
    expect(failureOf(bare(404), 'users').name).toBe('AtlasUnavailable');
  });
});

describe('a refusal', () => {
  it.each<[Answer, FailureName]>([
    [error(400, 'VALIDATION_ERROR'), 'InvalidRequest'],
    [error(400, 'INVALID_PATH_PARAMETER'), 'InvalidRequest'],
    [error(400, 'INVALID_ATTRIBUTE'), 'InvalidRequest'],
    [error(400, 'DEFAULT_INVITATION_EXCEPTION'), 'AtlasUnavailable'],
    [error(400, 'RATE_LIMITED_IP'), 'AtlasRateLimited'],
    [error(400, 'CANNOT_DELETE_GROUP_INVITATION'), 'Forbidden'],
    [error(400, 'CANNOT_DELETE_ORG_INVITATION'), 'Forbidden'],
    [error(403, 'CANNOT_DELETE_LAST_ADMIN'), 'Forbidden'],
    [error(403, 'CANNOT_DEMOTE_LAST_ORG_OWNER'), 'Forbidden'],
    [error(403, 'CANNOT_REMOVE_ALL_USER_ROLES'), 'Forbidden'],
    [error(403, 'GROUP_CANNOT_REMOVE_X'), 'AtlasUnauthorized'],
    [error(409, 'CANNOT_DELETE_LAST_ADMIN'), 'AtlasUnavailable'],
    [error(500, 'ORG_NOT_FOUND'), 'AtlasUnavailable'],
    [error(401, 'USER_UNAUTHORIZED'), 'AtlasUnauthorized'],
    [error(401, 'CANNOT_DELETE_LAST_ADMIN'), 'AtlasUnauthorized'],
    [bare(401), 'AtlasUnauthorized'],
    [bare(401, '<html>'), 'AtlasUnauthorized'],
    [error(402, 'ACCOUNT_SUSPENDED'), 'AtlasUnauthorized'],
    [bare(402), 'AtlasUnauthorized'],
    [error(403, 'ACCESS_FORBIDDEN'), 'AtlasUnauthorized'],
    [error(403, 'NEVER_HEARD_OF'), 'AtlasUnauthorized'],
    [bare(403), 'AtlasUnavailable'],
    [bare(403, '<html>'), 'AtlasUnavailable'],
    [error(403, 'IP_ADDRESS_NOT_ON_ACCESS_LIST'), 'AtlasAccessListBlocked'],
    [error(403, 'IP_ADDRESS_NOT_ON_WHITELIST'), 'AtlasAccessListBlocked'],
    [error(403, 'ORG_REQUIRES_ACCESS_LIST'), 'AtlasAccessListBlocked'],
    [error(403, 'ORG_REQUIRES_WHITELIST'), 'AtlasAccessListBlocked'],
    [error(404, 'ORG_NOT_FOUND'), 'NotFound'],
    [error(404, 'INVALID_ORG_ID'), 'NotFound'],
    [error(404, 'NOT_ATLAS_ORG'), 'NotFound'],
    [error(405, 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES'), 'AtlasUnavailable'],
    [error(409, 'DATA_CONCURRENCY_ERROR'), 'AtlasUnavailable'],
    [error(429, 'RATE_LIMITED_TOKEN_BUCKET'), 'AtlasRateLimited'],
    [bare(429), 'AtlasRateLimited'],
    [error(500, 'UNEXPECTED_ERROR'), 'AtlasUnavailable'],
    [error(500, 'SERVICE_UNAVAILABLE'), 'AtlasUnavailable'],
    [error(503, 'RATE_LIMITED'), 'AtlasRateLimited'],
    [bare(502, '<html>'), 'AtlasUnavailable'],
    [bare(503), 'AtlasUnavailable'],
    [error(418, 'NEVER_HEARD_OF'), 'AtlasUnavailable'],
    [bare(799), 'AtlasUnavailable'],
  ])('$status $body is %s', (answer, name) => {
    expect(failureOf(answer)).toMatchObject({ name, atlasStatus: answer.status });
  });
});

it.each<[Answer]>([[error(429, 'RATE_LIMITED')], [error(400, 'RATE_LIMITED_IP')], [bare(429)]])(
  'a limit is counted, and names the resource whose bucket is empty: %j',
  (answer) => {
    const trace = newTrace();
    record(trace, 'users', answer, 1);
    expect(trace.rateLimited).toBe(1);
    expect(failureOf(answer, 'users')).toMatchObject({ name: 'AtlasRateLimited', limited: 'users' });
  },
);

it('puts every answer there can be into one row, and throws at none', () => {
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc.record({ errorCode: fc.string(), error: fc.anything() }).map((x) => JSON.stringify(x) ?? ''),
  );
  const headers = fc.dictionary(fc.constantFrom('retry-after', 'content-type', 'location'), fc.string());
  const answer = fc.record({ status: fc.integer({ min: 200, max: 999 }), body, headers, complete: fc.boolean() });
  fc.assert(
    fc.property(answer, fc.constantFrom('invites', 'users'), fc.constantFrom(200, 204), (given, resource, expected) => {
      const verdict = judge(given, resource, expected, NOW);
      if (verdict.kind !== 'failure') return;
      expect(Object.keys(FAILURES)).toContain(verdict.failure.name);
      expect(verdict.failure.retryAfter ?? 1).toBeGreaterThanOrEqual(1);
    }),
  );
});
