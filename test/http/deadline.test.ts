import { describe, expect, it } from 'vitest';
import { httpDeadline } from '../../lib/http/deadline.ts';
import { manualClock, NOW } from '../support/clock.ts';

function remaining(age: number | undefined, lambda: number, patience = 30_000): number {
  const receivedAt = age === undefined ? undefined : NOW - age;
  return httpDeadline({ gateway: { requestId: undefined, receivedAt, patience } }, lambda, manualClock()).remaining();
}

describe('the deadline of an answer', () => {
  it.each<[string, number | undefined, number, number]>([
    ['is half a second before the gateway gives up', 0, 60_000, 29_500],
    ['is half a second before Lambda ends, where that is sooner', 0, 10_000, 9_500],
    ['counts from the clock of the gateway: a warm start', 40, 60_000, 29_460],
    ['counts from the clock of the gateway: a cold start that ate 28 s', 28_000, 60_000, 1_500],
    ['counts from the clock of the gateway: a cold start that ate nearly all', 29_600, 60_000, 0],
    ['leaves out a gateway that has given up already', 30_000, 60_000, 59_500],
    ['leaves out a gateway that has given up long ago', 86_400_000, 10_000, 9_500],
    ['leaves out a gateway that tells no time', undefined, 10_000, 9_500],
    ['is not put off by a gateway whose clock is ahead', -60_000, 60_000, 29_500],
    ['is now, where Lambda has less than half a second', 0, 400, 0],
    ['is now, where Lambda has nothing left', 0, -5, 0],
  ])('%s', (_, age, lambda, expected) => {
    expect(remaining(age, lambda)).toBe(expected);
  });

  it('follows the patience of the gateway: a REST API has less', () => {
    expect(remaining(0, 60_000, 29_000)).toBe(28_500);
  });
});
