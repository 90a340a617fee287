import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, type Resource, type Verdict } from '../../lib/atlas/judge.ts';
import { FAILURES, type FailureName } from '../../lib/failures.ts';
import type { Answer } from '../../lib/transport/exchange.ts';
import { NOW } from '../support/clock.ts';

/** An answer with an error in Atlas's schema. */
function error(status: number, errorCode: string, more: object = {}): Answer {
  const body = JSON.stringify({ detail: 'Why.', error: status, errorCode, parameters: [], reason: 'Reason', ...more });
  return { status, headers: { 'content-type': 'application/json' }, body, complete: true };
}

function bare(status: number, body = '', headers: Answer['headers'] = {}): Answer {
  return { status, headers, body, complete: true };
}

function verdictOf(answer: Answer, resource: Resource = 'invites', expected: 200 | 204 = 204): Verdict {
  return judge(answer, resource, expected, NOW);
}

function failureOf(answer: Answer, resource?: Resource, expected?: 200 | 204) {
  const verdict = verdictOf(answer, resource, expected);
  if (verdict.kind !== 'failure') throw new Error(`judged as ${verdict.kind}`);
  return verdict.failure;
}

describe('an answer that says it is done', () => {
  it('is a 204 to a deletion, whatever comes with it', () => {
    expect(verdictOf(bare(204))).toEqual({ kind: 'done', body: undefined });
    expect(verdictOf(bare(204, '<html>'))).toEqual({ kind: 'done', body: undefined });
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
  ])('or its endpoint is gone: %s is %s', (_, answer, kind) => {
    expect(verdictOf(answer)).toMatchObject({ kind });
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
    [error(400, 'INVALID_ENUM_VALUE'), 'InvalidRequest'],
    [error(400, 'DEFAULT_INVITATION_EXCEPTION'), 'AtlasUnavailable'],
    [error(400, 'RATE_LIMITED_IP'), 'AtlasRateLimited'],
    [error(400, 'CANNOT_DELETE_GROUP_INVITATION'), 'Forbidden'],
    [error(400, 'CANNOT_DELETE_ORG_INVITATION'), 'Forbidden'],
    [error(403, 'CANNOT_DELETE_LAST_ADMIN'), 'Forbidden'],
    [error(403, 'CANNOT_DEMOTE_LAST_ORG_OWNER'), 'Forbidden'],
    [error(403, 'CANNOT_REMOVE_ALL_USER_ROLES'), 'Forbidden'],
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

describe('an error', () => {
  it.each<[string, object, object]>([
    ['as documented', {}, { errorCode: 'ORG_NOT_FOUND', message: 'Why.', parameters: [] }],
    ['whose error is text', { error: '404' }, { errorCode: 'ORG_NOT_FOUND' }],
    ['without an error', { error: undefined }, { errorCode: 'ORG_NOT_FOUND' }],
    ['without a detail', { detail: undefined }, { message: 'Reason' }],
    ['whose detail is null', { detail: null, reason: null }, { message: 'ORG_NOT_FOUND' }],
    [
      'with parameters of every kind',
      { parameters: [1, null, 'x', { a: [true] }] },
      { parameters: [1, null, 'x', { a: [true] }] },
    ],
    [
      'with refused fields',
      { badRequestDetail: { fields: [{ field: 'f', description: 'd' }] } },
      { fields: [{ field: 'f', description: 'd' }] },
    ],
    [
      'with more than is documented',
      JSON.parse('{"__proto__":{"errorCode":"X"},"more":[]}') as object,
      { errorCode: 'ORG_NOT_FOUND' },
    ],
  ])('%s is understood', (_, more, expected) => {
    expect(failureOf(error(404, 'ORG_NOT_FOUND', more))).toMatchObject({ name: 'NotFound', ...expected });
  });

  it.each<[string, object]>([
    ['no code', { errorCode: undefined }],
    ['a numeric code', { errorCode: 404 }],
    ['a code that is a sentence', { errorCode: 'Org not found' }],
    ['a code without end', { errorCode: 'X'.repeat(101) }],
    ['a detail that is no text', { detail: 7 }],
    ['parameters that are no list', { parameters: 'x' }],
    ['fields that are none', { badRequestDetail: { fields: [1] } }],
  ])('with %s is none of Atlas, and so nothing permanent', (_, more) => {
    expect(failureOf(error(404, 'ORG_NOT_FOUND', more)).name).toBe('AtlasUnavailable');
  });

  it.each(['', 'null', '[]', '7', '"ORG_NOT_FOUND"', '{"errorCode":"ORG_NOT_', '\ufeff{}'])(
    'that is %j is none of Atlas either',
    (body) => {
      expect(failureOf(bare(404, body))).toMatchObject({
        name: 'AtlasUnavailable',
        errorCode: 'ATLAS_UNAVAILABLE',
        message: 'Atlas answered 404 without saying why.',
      });
    },
  );

  it('that broke off is none, though what came of it is JSON', () => {
    expect(failureOf({ ...error(404, 'ORG_NOT_FOUND'), complete: false }).name).toBe('AtlasUnavailable');
  });

  it('larger than any of Atlas is none, and nothing of it is passed on', () => {
    const failure = failureOf(error(404, 'ORG_NOT_FOUND', { parameters: ['x'.repeat(70_000)] }));
    expect(failure).toMatchObject({ name: 'AtlasUnavailable', parameters: undefined });
  });

  it('nested without measure is passed on as deep as makes sense', () => {
    const body = `{"errorCode":"ORG_NOT_FOUND","parameters":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
    const failure = failureOf(bare(404, body));
    expect(failure.name).toBe('NotFound');
    expect(JSON.stringify(failure.parameters).length).toBeLessThan(100);
  });

  it('of a thousand words is cut short, and no half address is left at its end', () => {
    const { message } = failureOf(error(404, 'ORG_NOT_FOUND', { detail: `${'x'.repeat(990)} ann.smith@example.com` }));
    expect(message).toHaveLength(1_000);
    expect(message).not.toContain('ann');
  });
});

describe('a blocked address', () => {
  it.each<[string, object, string]>([
    ['is taken from the parameters', { parameters: ['203.0.113.7'] }, 'Add 203.0.113.7 to'],
    [
      'is taken from the sentence',
      { detail: 'IP address 203.0.113.7 is not allowed.', parameters: null },
      'Add 203.0.113.7 to',
    ],
    ['may be an IPv6 one', { parameters: ['2001:db8::7'] }, 'Add 2001:db8::7 to'],
    ['is described where Atlas does not give it', {}, "Add this function's egress address to"],
  ])('%s', (_, more, text) => {
    expect(failureOf(error(403, 'IP_ADDRESS_NOT_ON_ACCESS_LIST', more)).message).toContain(text);
  });
});

describe('a time to wait', () => {
  it.each<[string, Answer, number, number]>([
    ['429, Retry-After 55', { ...bare(429), headers: { 'retry-after': '55' } }, 429, 55],
    ['429, Retry-After 0', { ...bare(429), headers: { 'retry-after': '0' } }, 429, 1],
    [
      '429, a date in 90 seconds',
      { ...bare(429), headers: { 'retry-after': new Date(NOW + 90_000).toUTCString() } },
      429,
      90,
    ],
    [
      '429, a date that has passed',
      { ...bare(429), headers: { 'retry-after': new Date(NOW - 90_000).toUTCString() } },
      429,
      1,
    ],
    ['429, more than an hour', { ...bare(429), headers: { 'retry-after': '86400' } }, 429, 3_600],
    ['429, nonsense', { ...bare(429), headers: { 'retry-after': 'soon' } }, 429, 60],
    [
      '429, in the parameters',
      error(429, 'RATE_LIMITED_TOKEN_BUCKET', { parameters: ['path', 17, 500, 250, 60] }),
      429,
      17,
    ],
    [
      '429, 0 in the parameters',
      error(429, 'RATE_LIMITED_TOKEN_BUCKET', { parameters: ['path', 0, 500, 250, 60] }),
      429,
      1,
    ],
    ['429, nowhere', bare(429), 429, 60],
    ['503, Retry-After 7', { ...bare(503), headers: { 'retry-after': '7' } }, 503, 7],
    ['409, Retry-After 7', { ...error(409, 'X'), headers: { 'retry-after': '7' } }, 503, 7],
  ])('%s', (_, answer, status, retryAfter) => {
    expect(failureOf(answer)).toMatchObject({ status, retryAfter });
  });

  it('is given with no other failure', () => {
    expect(failureOf({ ...bare(401), headers: { 'retry-after': '7' } }).retryAfter).toBeUndefined();
    expect(failureOf(bare(503))).toMatchObject({ status: 502, retryAfter: undefined });
  });
});

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
