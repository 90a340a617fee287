import type { Failure } from '../../lib/failures.ts';

interface Since {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Refusals that had been answered when it began. */
  readonly refusals: number;
}

/** Something on its way to a server and back, which moves when the test says so. */
export interface Trip extends Since {
  readonly kind: 'read' | 'exchange' | 'request';
  /** Takes effect at the server; the answer is on its way from then on. */
  act(): void;
  /** The answer arrives. */
  answer(): void;
  /** Breaks off, whether it has taken effect or not. */
  fail(failure: Failure): void;
}

/** A trip with this effect at the server; `leave` runs when it is over. */
export function startTrip<T>(
  kind: Trip['kind'],
  since: Since,
  effect: () => T,
  leave: () => void,
): { readonly trip: Trip; readonly arrival: Promise<T> } {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let arrive: (() => void) | undefined;
  const act = () => {
    if (arrive) return;
    try {
      const value = effect();
      arrive = () => resolve(value);
    } catch (error) {
      arrive = () => reject(error);
    }
  };
  const answer = () => {
    act();
    leave();
    arrive?.();
  };
  const fail = (failure: Failure) => {
    leave();
    reject(failure);
  };
  return { trip: { ...since, kind, act, answer, fail }, arrival: promise };
}
