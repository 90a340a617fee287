import { setTimeout as wait } from 'node:timers/promises';

/** Time as the product sees it: handed in, so that expiry, backoff and pacing are tested without waiting. */
export interface Clock {
  /** Milliseconds since the epoch. Wall time: it goes on while Lambda freezes the process, timers do not. */
  now(): number;
  /** Resolves after so many milliseconds. */
  wait(milliseconds: number): Promise<void>;
}

export const systemClock: Clock = {
  now: Date.now,
  wait: (milliseconds) => wait(milliseconds),
};
