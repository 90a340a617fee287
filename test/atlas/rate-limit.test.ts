import { describe, expect, it } from 'vitest';
import { readRateLimit, readRetryAfter, waitAfter429 } from '../../lib/atlas/rate-limit.ts';
import { NOW } from '../support/clock.ts';

describe('readRetryAfter', () => {
  it.each<[string | undefined, number | undefined]>([
    ['55', 55],
    ['0', 1],
    ['3600', 3_600],
    ['3601', 3_600],
    ['999999999', 3_600],
    ['99999999999999999999', undefined],
    ['Mon, 23 Nov 2026 08:01:30 GMT', 90],
    ['Mon, 23 Nov 2026 08:00:00 GMT', 1],
    ['Mon, 3 Nov 2025 08:00:00 GMT', 1],
    ['Fri, 23 Nov 2029 08:00:00 GMT', 3_600],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is %j seconds', (value, seconds) => {
    expect(readRetryAfter({ 'retry-after': value }, NOW)).toBe(seconds);
  });
});

/** The error of a 429 with these parameters. */
const empty = (...parameters: unknown[]) => ({ code: 'RATE_LIMITED_TOKEN_BUCKET', parameters });
/** One of the limits that are no token buckets: so many requests every so many minutes. */
const OTHER_LIMIT = { code: 'RATE_LIMITED', parameters: ['/api/oauth/token', 50, 1] };

describe('waitAfter429', () => {
  it.each<[string, string | undefined, Parameters<typeof waitAfter429>[1], number]>([
    ['the header', '7', empty('path', 55, 500, 250, 60), 7],
    ['the body, where there is no header', undefined, empty('path', 55, 500, 250, 60), 55],
    ['the refill, where nothing is said', undefined, undefined, 60],
    ['the refill, where nonsense is said', 'soon', empty('path', 'later', 500, 250, 60), 60],
    ['the refill, where the body tells of another limit', undefined, OTHER_LIMIT, 60],
    ['a second at least', undefined, empty('path', 0, 500, 250, 60), 1],
    ['an hour at most', undefined, empty('path', 1_000_000, 500, 250, 60), 3_600],
  ])('follows %s', (_, header, error, seconds) => {
    expect(waitAfter429({ 'retry-after': header }, error, NOW)).toBe(seconds);
  });
});

describe('readRateLimit', () => {
  it('reads the headers of any answer', () => {
    const headers = { 'ratelimit-limit': '500', 'ratelimit-remaining': '490' };
    expect(readRateLimit(headers)).toEqual({ capacity: 500, remaining: 490 });
  });

  it('reads the body of a 429 beside them', () => {
    expect(readRateLimit({ 'ratelimit-remaining': '0' }, empty('path', 55, 500, 250, 60))).toEqual({
      capacity: 500,
      remaining: 0,
      refill: 250,
      seconds: 60,
    });
  });

  it('believes the header before the body', () => {
    expect(readRateLimit({ 'ratelimit-limit': '10' }, empty('path', 55, 500, 250, 60))).toMatchObject({ capacity: 10 });
  });

  it.each<[string, Parameters<typeof readRateLimit>, object]>([
    ['what the bucket holds', [{ 'ratelimit-limit': '500' }], { capacity: 500 }],
    ['what is left', [{ 'ratelimit-remaining': '490' }], { remaining: 490 }],
    [
      'what the body says, also as text',
      [{}, empty('path', '55', '10', '5', '3600')],
      { capacity: 10, refill: 5, seconds: 3_600 },
    ],
  ])('reads %s where nothing else is said', (_, said, limit) => {
    expect(readRateLimit(...said)).toStrictEqual(limit);
  });

  it.each<[string, Parameters<typeof readRateLimit>[1]]>([
    ['of another limit', OTHER_LIMIT],
    ['of another code, however they look', { code: 'RATE_LIMITED', parameters: ['path', 55, 500, 250, 60] }],
    ['that are missing', { code: 'RATE_LIMITED_TOKEN_BUCKET' }],
    ['that are not all there', empty('path', 55, 500, 250)],
    ['that are too many', empty('path', 55, 500, 250, 60, 1)],
    ['with a wait that is none', empty('path', 'soon', 500, 250, 60)],
    ['with a bucket that holds nothing', empty('path', 55, 0, 250, 60)],
    ['with a bucket that holds less', empty('path', 55, -500, 250, 60)],
    ['without a refill', empty('path', 55, 500, 0, 60)],
    ['with half a refill', empty('path', 55, 500, 1.5, 60)],
    ['with a refill all the time', empty('path', 55, 500, 250, 0)],
    ['with a refill at no time', empty('path', 55, 500, 250, Number.NaN)],
    ['with a refill in more than an hour, which would park messages for as long', empty('path', 55, 500, 250, 3_601)],
  ])('reads the headers only beside parameters %s', (_, error) => {
    expect(readRateLimit({ 'ratelimit-remaining': '0' }, error)).toStrictEqual({ remaining: 0 });
  });

  it.each([
    [{}],
    [{ 'ratelimit-limit': '1234567890', 'ratelimit-remaining': '1e3' }],
    [{ 'ratelimit-limit': 'many', 'ratelimit-remaining': '-1' }],
    [{ 'ratelimit-limit': '' }],
  ])('reads nothing from %j', (headers) => {
    expect(readRateLimit(headers)).toBeUndefined();
    expect(readRateLimit(headers, OTHER_LIMIT)).toBeUndefined();
  });
});
