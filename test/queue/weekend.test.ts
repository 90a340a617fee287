import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { RENEWAL_MILLISECONDS } from '../../lib/credentials/renewals.ts';
import { FIRST_BACKOFF, LONGEST_BACKOFF, longestBackoff } from '../../lib/queue/backoff.ts';
import { documented } from './document.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** What the stack says of the queue, read where it says it. */
const stack = await readFile(new URL('../../infra/stack/queue.yml', import.meta.url), 'utf8');
const stated = (name: string) => Number(new RegExp(`^\\s*${name}: (\\d+)$`, 'm').exec(stack)?.[1]);
const receives = stated('maxReceiveCount');
const visibilityTimeout = stated('VisibilityTimeout');
const retention = stated('MessageRetentionPeriod');

const delays = Array.from({ length: receives }, (_, index) => longestBackoff(index + 1));
const latest = sum(delays);
const earliest = latest / 2;
const withoutVisibility = receives * visibilityTimeout;

/** The documentation can be read so that a message can't be hidden any more 12 hours after its first receipt. */
function within12Hours(): number {
  let seconds = 0;
  let used = 0;
  for (; seconds < 12 * HOUR; used += 1) seconds += (delays[used] ?? LONGEST_BACKOFF) / 2;
  return seconds + (receives - used) * visibilityTimeout;
}

const calculation = [
  '| a message that fails each time is dead-lettered by SQS after | |',
  '| --- | --- |',
  `| ${receives} receipts, each as early as chance allows | ${hours(earliest)} |`,
  `| ${receives} receipts, hidden by us within 12 hours of the first only | ${hours(within12Hours())} |`,
  `| ${receives} receipts, where its visibility can't be changed at all: ${visibilityTimeout} s each | ${hours(withoutVisibility)} |`,
  `| ${receives} receipts, each as late as can be | ${hours(latest)}, ${(latest / DAY).toFixed(1)} days |`,
  `| so of its ${retention / DAY} days there are left to redrive it | ${((retention - latest) / DAY).toFixed(1)} days |`,
].join('\n');

describe('what only an operator can mend', () => {
  it('may last a weekend of 72 hours, however early each receipt comes', () => {
    expect(earliest / HOUR).toBeGreaterThan(72);
  });

  it('may last as long where messages can not be hidden', () => {
    expect(withoutVisibility / HOUR).toBeGreaterThan(72);
    expect(within12Hours() / HOUR).toBeGreaterThan(72);
  });

  it('never lasts until a message is lost: SQS has moved it long before it is too old, and days are left for it', () => {
    expect((retention - latest) / DAY).toBeGreaterThan(5);
  });

  it('is noticed to be mended within a quarter of an hour, and a minute in which a refusal is remembered', async () => {
    expect(Math.max(...delays)).toBe(15 * 60);
    expect(delays[0]).toBe(FIRST_BACKOFF);
    const guide = await readFile(new URL('../../infra/OPERATING.md', import.meta.url), 'utf8');
    const minutes = (Math.max(...delays) + RENEWAL_MILLISECONDS / 1_000) / 60;
    expect(guide.replaceAll('\n', ' ')).toContain(`come back by themselves within ${minutes} minutes of the repair`);
  });

  it('is documented as it is (UPDATE_PACING=1 writes the table)', async () => {
    expect(await documented('weekend', calculation)).toBe(calculation);
  });
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function hours(seconds: number): string {
  return `${(seconds / HOUR).toFixed(1)} hours`;
}
