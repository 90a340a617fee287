import { describe, expect, it } from 'vitest';
import { FAILURES, Failure, type FailureName, toFailure } from '../lib/failures.ts';

describe('a failure', () => {
  it.each<[FailureName, number, boolean, string]>([
    ['InvalidRequest', 400, false, 'INVALID_REQUEST'],
    ['InvitationNotFound', 404, false, 'INVITATION_NOT_FOUND'],
    ['InvitationAccepted', 409, false, 'INVITATION_ACCEPTED'],
    ['NotFound', 404, false, 'NOT_FOUND'],
    ['Forbidden', 403, false, 'FORBIDDEN'],
    ['InvitationApiSunset', 410, false, 'INVITATION_API_SUNSET'],
    ['AtlasUnauthorized', 502, true, 'ATLAS_UNAUTHORIZED'],
    ['AtlasAccessListBlocked', 502, true, 'ATLAS_ACCESS_LIST_BLOCKED'],
    ['AtlasRateLimited', 429, true, 'ATLAS_RATE_LIMITED'],
    ['AtlasUnavailable', 502, true, 'ATLAS_UNAVAILABLE'],
    ['AtlasTimeout', 504, true, 'ATLAS_TIMEOUT'],
    ['CredentialsUnavailable', 503, true, 'CREDENTIALS_UNAVAILABLE'],
    ['CredentialsInvalid', 500, true, 'CREDENTIALS_INVALID'],
    ['InternalError', 500, true, 'INTERNAL_ERROR'],
  ])('named %s answers %i, and another try helps: %s', (name, status, retry, errorCode) => {
    const failure = new Failure(name, 'Why.');
    expect(failure).toMatchObject({ name, status, retry, errorCode, message: 'Why.' });
    expect(failure).toBeInstanceOf(Error);
  });

  it('has a row for each of its names in the test above', () => {
    expect(Object.keys(FAILURES)).toHaveLength(14);
  });

  it('takes the code of Atlas in place of its own', () => {
    expect(new Failure('NotFound', 'Why.', { errorCode: 'ORG_NOT_FOUND' }).errorCode).toBe('ORG_NOT_FOUND');
  });

  it('is a 503 where Atlas is unavailable and says for how long', () => {
    expect(new Failure('AtlasUnavailable', 'Why.', { retryAfter: 7 }).status).toBe(503);
    expect(new Failure('AtlasRateLimited', 'Why.', { retryAfter: 7 }).status).toBe(429);
    expect(new Failure('AtlasRateLimited', 'Why.', { retryAfter: 7, status: 503 }).status).toBe(503);
  });

  it('has a cause only where something caused it', () => {
    const cause = new Error('reset');
    expect(new Failure('AtlasUnavailable', 'Why.', { cause }).cause).toBe(cause);
    expect(new Failure('AtlasUnavailable', 'Why.')).not.toHaveProperty('cause');
  });

  it('hides addresses and credentials in everything that is shown of it', () => {
    const secret = `mdb_sa_sk_${'x'.repeat(40)}`;
    const failure = new Failure('InvalidRequest', `ann@example.com and ${secret}`, {
      parameters: ['ann@example.com', { name: 'ann@example.com' }],
      fields: [{ field: 'ann@example.com', description: `not ${secret}` }],
    });
    expect(failure.message).toBe('a***@example.com and mdb***');
    expect(failure.parameters).toEqual(['a***@example.com', { name: 'a***@example.com' }]);
    expect(failure.fields).toEqual([{ field: 'a***@example.com', description: 'not mdb***' }]);
  });
});

describe('toFailure', () => {
  it('leaves a failure as it is', () => {
    const failure = new Failure('Forbidden', 'Why.');
    expect(toFailure(failure)).toBe(failure);
  });

  it.each([[new TypeError('x is not a function')], ['text'], [undefined], [null], [{ name: 'Forbidden' }]])(
    'takes %s for a bug of ours, kept as the cause and not shown',
    (thrown) => {
      const failure = toFailure(thrown);
      expect(failure).toMatchObject({ name: 'InternalError', status: 500 });
      expect(failure.cause).toBe(thrown);
      expect(failure.message).toBe('The request failed for a reason inside this function.');
    },
  );
});
