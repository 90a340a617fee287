import { describe, expect, it } from 'vitest';
import { Failure, type FailureDetails, type FailureName } from '../../lib/failures.ts';
import { requestLine } from '../../lib/observability/log.ts';
import type { Served } from '../../lib/served.ts';
import { newTrace } from '../../lib/trace.ts';
import { NOW } from '../support/clock.ts';

const ORG = '5f0a11ce0000000000000003';
const INVITATION = '66b0f1a20000000000000011';
const OTHER = '66b1c0de0000000000000001';
const REQUEST = { orgId: ORG, invitationId: INVITATION, ifAccepted: 'fail', dryRun: false } as const;
const RESULT = { outcome: 'cancelled', confirmed: true, via: 'invites', orgId: ORG, invitationId: INVITATION } as const;

function line(served: Partial<Served>): Record<string, unknown> {
  const text = requestLine({ asked: { door: 'http' }, trace: newTrace(), milliseconds: 12, ...served }, NOW);
  expect(text).toMatch(/^[^\n]*\n$/);
  return JSON.parse(text) as Record<string, unknown>;
}

function failed(name: FailureName, detail = 'Why.', details: FailureDetails = {}): Record<string, unknown> {
  return line({ failure: new Failure(name, detail, details) });
}

describe('the line of a request', () => {
  it('says what was asked, by whom, what came of it, and what it cost', () => {
    const trace = { ...newTrace(), tries: 2, atlasStatus: 204, atlasMilliseconds: 51.4, upstreamMilliseconds: 48 };
    const asked = {
      door: 'http',
      requestId: 'r',
      gatewayRequestId: 'g',
      callerRequestId: 'c',
      askedBy: 'arn',
    } as const;
    const request = { ...REQUEST, reason: 'TICKET-1' };
    expect(line({ asked, request, result: RESULT, trace })).toEqual({
      timestamp: '2026-11-23T08:00:00.000Z',
      level: 'INFO',
      message: 'cancelled',
      ...asked,
      ...request,
      outcome: 'cancelled',
      confirmed: true,
      via: 'invites',
      atlasStatus: 204,
      tries: 2,
      milliseconds: 12,
      atlasMilliseconds: 51,
      upstreamMilliseconds: 48,
    });
  });

  it.each([
    ['the millisecond', '2026-11-23T08:00:00.000Z'],
    ['the same second', '2026-11-23T08:00:00.999Z'],
    ['the next', '2026-11-23T08:00:01.020Z'],
    ['the one before, as clocks are set right', '2026-11-23T07:59:59.007Z'],
    ['another day', '2027-07-01T00:00:00.000Z'],
  ])('says when it was written, in %s', (_, timestamp) => {
    const text = requestLine({ asked: { door: 'http' }, trace: newTrace(), milliseconds: 12 }, Date.parse(timestamp));
    expect(JSON.parse(text)).toMatchObject({ timestamp });
  });

  it('says when a secret was read and a token had, and says nothing of it when not', () => {
    const trace = { ...newTrace(), secretsRead: 1, tokensMinted: 1 };
    expect(line({ result: RESULT, trace })).toMatchObject({ secretsRead: 1, tokensMinted: 1 });
    expect(line({ result: RESULT })).not.toHaveProperty('secretsRead');
  });

  it('says why it failed, in the words of the answer', () => {
    const details = { errorCode: 'RATE_LIMITED', retryAfter: 55, logged: { secretId: 'atlas' } };
    expect(failed('AtlasRateLimited', 'Too much.', details)).toMatchObject({
      message: 'AtlasRateLimited',
      failure: 'AtlasRateLimited',
      status: 429,
      errorCode: 'RATE_LIMITED',
      detail: 'Too much.',
      retryAfter: 55,
      about: { secretId: 'atlas' },
    });
  });

  it.each<[FailureName, string]>([
    ['InvalidRequest', 'WARN'],
    ['InvitationNotFound', 'WARN'],
    ['InvitationAccepted', 'WARN'],
    ['Forbidden', 'WARN'],
    ['AtlasRateLimited', 'WARN'],
    ['AtlasUnavailable', 'WARN'],
    ['AtlasTimeout', 'WARN'],
    ['AtlasUnauthorized', 'ERROR'],
    ['AtlasAccessListBlocked', 'ERROR'],
    ['CredentialsInvalid', 'ERROR'],
    ['CredentialsUnavailable', 'ERROR'],
    ['InternalError', 'ERROR'],
  ])('%s is worth %s: an operator is called for what only he can mend', (name, level) => {
    expect(failed(name)).toMatchObject({ level });
  });

  it('says what a request has ended though it failed at the rest, and what nobody knows', () => {
    const failure = new Failure('AtlasUnavailable', 'Why.');
    const told = { invitationId: INVITATION, userId: OTHER, username: 'ann@example.com' };
    const trace = { ...newTrace(), told, ended: { outcome: 'cancelled', via: 'invites' } as const };
    const ended = { invitationId: INVITATION, userId: OTHER, username: 'a***@example.com', ended: 'cancelled' };
    expect(line({ failure, trace })).toMatchObject(ended);
    expect(line({ failure, trace: { ...newTrace(), unanswered: 'member_removed' } })).toMatchObject({
      failure: 'AtlasUnavailable',
      unanswered: 'member_removed',
    });
    expect(line({ request: REQUEST, result: RESULT, trace })).not.toHaveProperty('ended');
  });

  it('warns of a cancellation that nothing confirmed', () => {
    expect(line({ result: { ...RESULT, confirmed: false } })).toMatchObject({ level: 'WARN', confirmed: false });
  });

  it('gives the stack of a bug, and of anything else no more than its name and message', () => {
    const cause = new TypeError('x is not a function');
    expect(failed('InternalError', 'Why.', { cause })['cause']).toContain('log.test.ts');
    expect(failed('AtlasUnavailable', 'Why.', { cause })['cause']).toBe('TypeError: x is not a function');
  });
});

describe('no line of a request', () => {
  it.each<[string, Partial<Served>]>([
    ['the request', { request: { ...REQUEST, username: 'ann@example.com', reason: 'for ann@example.com' } }],
    ['the result', { result: { ...RESULT, username: 'ann@example.com' } }],
    ['who asked', { asked: { door: 'http', askedBy: 'arn:aws:sts::1:assumed-role/admin/ann@example.com' } }],
    ['a header', { asked: { door: 'http', callerRequestId: 'ann@example.com' } }],
    ['the detail', { failure: new Failure('NotFound', 'No user ann@example.com.') }],
    [
      'what is only logged',
      { failure: new Failure('NotFound', 'Why.', { logged: { 'ann@example.com': ['ann@example.com'] } }) },
    ],
    ['the cause', { failure: new Failure('InternalError', 'Why.', { cause: new Error('bad ann@example.com') }) }],
  ])('holds an address from %s', (_, served) => {
    const text = JSON.stringify(line(served));
    expect(text).not.toContain('ann@');
    expect(text).toContain('a***@example.com');
  });

  it.each<[string, Partial<Served>]>([
    ['the reason', { request: { ...REQUEST, reason: `mdb_sa_sk_${'x'.repeat(40)}` } }],
    ['a header', { asked: { door: 'http', traceparent: `Bearer eyJ${'x'.repeat(40)}` } }],
    ['a header with slashes', { asked: { door: 'http', traceparent: `Basic ${'xxx/'.repeat(10)}` } }],
    ['the detail', { failure: new Failure('NotFound', `Not eyJ${'x'.repeat(40)}.`) }],
    ['the cause', { failure: new Failure('NotFound', 'Why.', { cause: new Error(`Basic ${'x'.repeat(40)}`) }) }],
  ])('holds a credential from %s', (_, served) => {
    expect(JSON.stringify(line(served))).not.toContain('xxx');
  });

  it('grows without end, whatever a header holds', () => {
    const text = JSON.stringify(line({ asked: { door: 'http', callerRequestId: '\n"'.repeat(10_000) } }));
    expect(text.length).toBeLessThan(2_000);
  });

  it('loses the role of who asked', () => {
    const asked = { door: 'http', askedBy: 'arn:aws:sts::1:assumed-role/admin/ann@example.com' } as const;
    expect(line({ asked })).toMatchObject({ askedBy: 'arn:aws:sts::1:assumed-role/admin/a***@example.com' });
  });
});
