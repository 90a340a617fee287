import { describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { beginning, dateOf } from '../../lib/terminal/redrive/beginning.ts';
import { bury, startRedrive } from './operator.ts';

const MINUTE = 60_000;

/** The clock of an operator that is wrong by so many milliseconds. */
const wrongBy = (milliseconds: number) => ({ ...systemClock, now: () => Date.now() + milliseconds });

describe('npm run redrive', () => {
  it.each([-180, -5, 5, 180])('moves what is there, with a clock that is wrong by %i s', async (seconds) => {
    const { queue, run } = await startRedrive();
    await bury(queue, { one: 'NotFound', two: 'NotFound' });
    const { code, out } = await run([], { clock: wrongBy(seconds * 1_000) });
    expect(code).toBe(0);
    expect(out).toContain('NotFound: 2 found, 2 moved\n');
  });

  it('leaves what was sent there meanwhile, with a clock that is ahead', async () => {
    const { queue, run } = await startRedrive();
    await bury(queue, { one: 'NotFound' });
    const name = queue.deadLetterQueue.arn.split(':')[5] ?? '';
    const later = Date.now() + MINUTE;
    let failedAgain = false;
    const onWrite = () => {
      if (failedAgain) return;
      failedAgain = true;
      const now = vi.spyOn(Date, 'now').mockReturnValue(later);
      queue.server.sendMessage(name, 'failed again', { region: 'eu-west-1' });
      now.mockRestore();
    };
    const { code, out } = await run([], { clock: wrongBy(3 * MINUTE), onWrite });
    expect(code).toBe(0);
    expect(out).toMatch(/^moved: .*\nNotFound: 1 found, 1 moved\n1 sent there meanwhile, left\n$/);
  });
});

describe('the beginning of a round', () => {
  const date = 'Mon, 23 Nov 2026 08:00:00 GMT';
  const second = Date.parse(date);

  it.each([
    ['at its first millisecond', date, second, second],
    ['within it', date, second + 400, second + 400],
    ['at its last millisecond', date, second + 999, second + 999],
    ['where the next has begun on the way', date, second + 1_000, second + 999],
    ['by a clock that is behind', date, second - 1, second + 999],
    ['by a clock that is minutes behind', date, second - 3 * MINUTE, second + 999],
    ['by a clock that is minutes ahead', date, second + 3 * MINUTE, second + 999],
    ["is the operator's where SQS tells none", undefined, second + 400, second + 400],
    ["is the operator's where SQS tells none that can be read", 'today', second + 400, second + 400],
  ])('is in the second that SQS tells, %s', (_, told, operatorsNow, expected) => {
    expect(beginning(told, operatorsNow)).toBe(expected);
  });

  it.each<[unknown, string | undefined]>([
    [{ statusCode: 200, headers: { date } }, date],
    [{ statusCode: 200, headers: {} }, undefined],
    [undefined, undefined],
  ])('%j is an answer of %s', (response, told) => {
    expect(dateOf(response)).toBe(told);
  });
});
