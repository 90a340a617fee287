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

describe('waitAfter429', () => {
  it.each<[string, string | undefined, unknown[] | undefined, number]>([
    ['the header', '7', ['path', 55, 500, 250, 60], 7],
    ['the body, where there is no header', undefined, ['path', 55, 500, 250, 60], 55],
    ['the refill, where nothing is said', undefined, undefined, 60],
    ['the refill, where nonsense is said', 'soon', ['path', 'later'], 60],
    ['a second at least', undefined, ['path', 0], 1],
    ['an hour at most', undefined, ['path', 1_000_000], 3_600],
  ])('follows %s', (_, header, parameters, seconds) => {
    expect(waitAfter429({ 'retry-after': header }, parameters, NOW)).toBe(seconds);
  });
});

describe('readRateLimit', () => {
  it('reads the headers of any answer', () => {
    const headers = { 'ratelimit-limit': '500', 'ratelimit-remaining': '490' };
    expect(readRateLimit(headers)).toEqual({ capacity: 500, remaining: 490 });
  });

  it('reads the body of a 429 beside them', () => {
    expect(readRateLimit({ 'ratelimit-remaining': '0' }, ['path', 55, 500, 250, 60])).toEqual({
      capacity: 500,
      remaining: 0,
      refill: 250,
      seconds: 60,
    });
  });

  it.each<[string, Record<string, string>, unknown[] | undefined, object]>([
    ['what the bucket holds', { 'ratelimit-limit': '500' }, undefined, { capacity: 500 }],
    ['what is left', { 'ratelimit-remaining': '490' }, undefined, { remaining: 490 }],
    ['what comes back', {}, ['path', 55, undefined, 250], { refill: 250 }],
    ['how often, beside it', {}, ['path', 55, undefined, 250, 60], { refill: 250, seconds: 60 }],
    ['what the bucket holds, from the body', {}, ['path', 55, 500], { capacity: 500 }],
  ])('reads %s where nothing else is said', (_, headers, parameters, limit) => {
    expect(readRateLimit(headers, parameters)).toStrictEqual(limit);
  });

  it.each([
    [{}, undefined],
    [{ 'ratelimit-limit': '1234567890', 'ratelimit-remaining': '1e3' }, ['path', 55, -500, -250, 60]],
    [{ 'ratelimit-limit': 'many', 'ratelimit-remaining': '-1' }, ['path', 55, 'x', 1.5, Number.NaN]],
    [{ 'ratelimit-limit': '' }, []],
  ])('reads nothing from %j and %j', (headers, parameters) => {
    expect(readRateLimit(headers, parameters)).toBeUndefined();
  });
});
