import { describe, expect, it } from 'vitest';
import type { Answer } from '../../lib/transport/exchange.ts';
import { NOW } from '../support/clock.ts';
import { bare, error, failureOf } from './support.ts';

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
    ['a code with words before it', { errorCode: 'no ORG_NOT_FOUND' }],
    ['a code with words after it', { errorCode: 'ORG_NOT_FOUND!' }],
    ['a detail that is no text', { detail: 7 }],
    ['parameters that are no list', { parameters: 'x' }],
    ['fields that are none', { badRequestDetail: { fields: [1] } }],
  ])('with %s is none of Atlas, and so nothing permanent', (_, more) => {
    expect(failureOf(error(404, 'ORG_NOT_FOUND', more))).toMatchObject({
      name: 'AtlasUnavailable',
      errorCode: 'ATLAS_UNAVAILABLE',
    });
  });

  it.each(['no invalid_client', 'invalid_client!'])('of the token endpoint is none with the code %j', (code) => {
    expect(failureOf(bare(500, JSON.stringify({ error: code }))).errorCode).toBe('ATLAS_UNAVAILABLE');
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

  it('as large as one may be is one', () => {
    const length = 64 * 1024 - error(404, 'ORG_NOT_FOUND', { parameters: [''] }).body.length;
    expect(failureOf(error(404, 'ORG_NOT_FOUND', { parameters: ['x'.repeat(length)] })).name).toBe('NotFound');
    expect(failureOf(error(404, 'ORG_NOT_FOUND', { parameters: ['x'.repeat(length + 1)] })).name).toBe(
      'AtlasUnavailable',
    );
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
