import type { Clock } from '../../lib/clock.ts';

/** When a manual clock starts, and when events reached API Gateway unless a test says otherwise. */
export const NOW = Date.parse('2026-11-23T08:00:00Z');

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /** Every wait that was asked for, in milliseconds. */
  readonly waits: number[];
  advance(milliseconds: number): void;
}

/** A clock whose waits take no time: each moves it on by as much as was to be waited. */
export function manualClock(start = NOW): ManualClock {
  const waits: number[] = [];
  let now = start;
  return {
    waits,
    now: () => now,
    wait: async (milliseconds) => {
      waits.push(milliseconds);
      now += milliseconds;
    },
    advance: (milliseconds) => {
      now += milliseconds;
    },
  };
}
