import type { Clock } from './clock.ts';

/** The moment by which an answer must be ready. */
export interface Deadline {
  /** Milliseconds left; never negative. */
  remaining(): number;
}

/** A deadline so many milliseconds from now. */
export function deadlineIn(milliseconds: number, clock: Clock): Deadline {
  const at = clock.now() + milliseconds;
  return { remaining: () => Math.max(0, at - clock.now()) };
}

/**
 * The promise's outcome, or what `late` makes when the deadline comes first. The promise goes on: what it shares with
 * other requests is theirs too.
 */
export async function before<T>(deadline: Deadline, promise: Promise<T>, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const lateness = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), deadline.remaining());
  });
  try {
    return await Promise.race([promise, lateness]);
  } finally {
    clearTimeout(timer);
  }
}
