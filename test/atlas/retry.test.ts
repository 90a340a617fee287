import { describe, expect, it } from 'vitest';
import { retryDelay } from '../../lib/atlas/retry.ts';
import { FAILURES, Failure, type FailureName } from '../../lib/failures.ts';

const POLICY = { tries: 4, longestWait: 3_000 };
const PLENTY = 60_000;
const unavailable = new Failure('AtlasUnavailable', 'Why.');

describe('retryDelay', () => {
  it('grows exponentially, with full jitter', () => {
    const delays = (random: number) =>
      [1, 2, 3].map((tried) => retryDelay(unavailable, tried, POLICY, PLENTY, () => random));
    expect(delays(0)).toEqual([0, 0, 0]);
    expect(delays(0.5)).toEqual([50, 100, 200]);
    expect(delays(1)).toEqual([100, 200, 400]);
  });

  it('stops growing', () => {
    expect(retryDelay(unavailable, 30, { ...POLICY, tries: 100 }, PLENTY, () => 1)).toBe(2_000);
  });

  it('takes the word of Atlas before its own', () => {
    const failure = new Failure('AtlasRateLimited', 'Why.', { retryAfter: 2 });
    expect(retryDelay(failure, 1, POLICY, PLENTY)).toBe(2_000);
  });

  it.each<[string, Failure, number, number]>([
    ['after the last try', unavailable, 4, PLENTY],
    [
      'where the wait is longer than the door is patient',
      new Failure('AtlasRateLimited', 'Why.', { retryAfter: 4 }),
      1,
      PLENTY,
    ],
    ['where the wait would outlast the deadline', new Failure('AtlasRateLimited', 'Why.', { retryAfter: 2 }), 1, 2_000],
    ['where nothing is left', unavailable, 1, 0],
  ])('is none %s', (_, failure, tried, remaining) => {
    expect(retryDelay(failure, tried, POLICY, remaining, () => 1)).toBeUndefined();
  });

  it.each(Object.keys(FAILURES) as FailureName[])('knows whether %s can pass within a second', (name) => {
    const passing = ['AtlasUnavailable', 'AtlasTimeout', 'AtlasRateLimited'].includes(name);
    expect(retryDelay(new Failure(name, 'Why.'), 1, POLICY, PLENTY) !== undefined).toBe(passing);
  });
});
