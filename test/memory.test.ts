import { expect, it } from 'vitest';
import { Memory } from '../lib/memory.ts';
import { manualClock } from './support/clock.ts';

const HOUR = 3_600_000;

it('is of one organization, and lasts an hour from the last time that it was so', () => {
  const clock = manualClock();
  const memory = new Memory(clock);
  memory.remember('one');
  expect([memory.has('one'), memory.has('other')]).toEqual([true, false]);
  clock.advance(HOUR - 1);
  expect(memory.has('one')).toBe(true);
  memory.remember('one');
  clock.advance(HOUR - 1);
  expect(memory.has('one')).toBe(true);
  clock.advance(1);
  expect(memory.has('one')).toBe(false);
});

it('gives up the oldest where there are too many', () => {
  const memory = new Memory(manualClock());
  memory.remember('first');
  memory.remember('second');
  memory.remember('first');
  for (let number = 2; number <= 10_000; number += 1) memory.remember(`${number}`);
  expect([memory.has('first'), memory.has('second'), memory.has('10000')]).toEqual([true, false, true]);
});
