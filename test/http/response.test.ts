import { describe, expect, it } from 'vitest';
import { Failure } from '../../lib/failures.ts';
import { failed, success, UNEXPECTED_BODY } from '../../lib/http/response.ts';

const PLAIN = { envelope: false, pretty: false };

describe('Retry-After', () => {
  it.each<[string, Failure, string | undefined]>([
    ['of a limit is said', new Failure('AtlasRateLimited', 'Why.', { retryAfter: 7 }), '7'],
    ['of an outage is said', new Failure('AtlasUnavailable', 'Why.', { retryAfter: 7 }), '7'],
    ['that nobody knows is not', new Failure('CredentialsUnavailable', 'Why.'), undefined],
    ['is not said with a status that has none', new Failure('AtlasUnauthorized', 'Why.', { retryAfter: 7 }), undefined],
  ])('%s', (_, failure, seconds) => {
    expect(failed(failure, PLAIN, undefined, {}).headers['retry-after']).toBe(seconds);
  });
});

describe('the body of an answer', () => {
  it('names the request, where it has an id', () => {
    const body = (id?: string) => JSON.parse(failed(new Failure('NotFound', 'Why.'), PLAIN, id, {}).message);
    expect(body('one')).toEqual({
      error: 404,
      errorCode: 'NOT_FOUND',
      detail: 'Why.',
      reason: 'Not Found',
      parameters: [],
      requestId: 'one',
    });
    expect(body()).not.toHaveProperty('requestId');
  });

  it('tells nothing of a bug', () => {
    expect(JSON.parse(UNEXPECTED_BODY)).toEqual({
      error: 500,
      errorCode: 'INTERNAL_ERROR',
      reason: 'Internal Server Error',
      parameters: [],
    });
  });

  it('of a success without a result is its status alone, in an envelope, and nothing without one', () => {
    expect(success(undefined, { envelope: true, pretty: false }, {}).body).toBe('{"status":204}');
    expect(success(undefined, PLAIN, { sunset: 'x' })).toEqual({ statusCode: 204, headers: { sunset: 'x' } });
  });
});
