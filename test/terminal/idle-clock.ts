import type { Clock } from '../../lib/clock.ts';
import { NOW } from '../support/clock.ts';

interface IdleClock extends Clock {
  /** One of the workers is done: those that are left may all be waiting. */
  left(): void;
}

/**
 * A clock for a known number of workers: it goes on to the end of the next wait as soon as every one of them waits. So no
 * time passes while a request is under way, and the order of what they do is that of their waits.
 */
export function idleClock(workers: () => number): IdleClock {
  const waits: { readonly until: number; readonly resolve: () => void }[] = [];
  let now = NOW;
  const goOn = () => {
    if (waits.length < workers() || waits.length === 0) return;
    const next = waits.reduce((one, other) => (other.until < one.until ? other : one));
    waits.splice(waits.indexOf(next), 1);
    now = Math.max(now, next.until);
    next.resolve();
  };
  return {
    left: () => void setImmediate(goOn),
    now: () => now,
    wait: (milliseconds) =>
      new Promise((resolve) => {
        waits.push({ until: now + milliseconds, resolve });
        setImmediate(goOn);
      }),
  };
}
