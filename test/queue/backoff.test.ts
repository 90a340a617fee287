import { describe, expect, it } from 'vitest';
import { backoffSeconds, longestBackoff, withinLimit } from '../../lib/queue/backoff.ts';
import { queueMessage } from './records.ts';

const NOW = Date.parse('2026-11-23T08:00:00Z');
const HOUR = 3_600_000;

describe('backoff', () => {
  it('doubles from five seconds to a quarter of an hour', () => {
    const ceilings = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1_000].map(longestBackoff);
    expect(ceilings).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900]);
  });

  it('leaves half of it to chance', () => {
    expect(backoffSeconds(3, () => 0)).toBe(10);
    expect(backoffSeconds(3, () => 1)).toBe(20);
  });

  it('comes on top of what Atlas asks for', () => {
    expect(backoffSeconds(1, () => 1, 60)).toBe(65);
  });
});

describe('the time for which a message is hidden', () => {
  it.each<[string, number, number | undefined, number]>([
    ['is in whole seconds, rounded up', 4.2, undefined, 5],
    ['is a second at the least', 0, undefined, 1],
    ['leaves room for what has passed since the receipt', 99_999, undefined, 42_000],
    ['ends twelve hours after the first receipt', 99_999, NOW - 2 * HOUR, 42_000 - 7_200],
    ['ends with them to the second', 99_999, NOW - 41_999_000, 1],
    ['counts from a later receipt once they are nearly over', 99_999, NOW - 42_000_000, 42_000],
    ['counts from a later receipt in their last minutes', 99_999, NOW - 42_600_000, 42_000],
    ['counts from a later receipt once those are over', 99_999, NOW - 30 * HOUR, 42_000],
    ['is not shortened by a clock that is ahead of ours', 99_999, NOW + HOUR, 42_000],
  ])('%s', (_, seconds, firstReceivedAt, expected) => {
    expect(withinLimit(seconds, queueMessage({ firstReceivedAt }), NOW)).toBe(expected);
  });
});
