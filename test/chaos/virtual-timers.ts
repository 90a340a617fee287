import { AsyncLocalStorage } from 'node:async_hooks';
import timers from 'undici/lib/util/timers.js';
import type { VirtualTime } from '../queue/simulation/virtual-time.ts';

/** Whoever sets a timer; what belongs to a function that was killed never goes off. */
export interface Owner {
  readonly dead: boolean;
  /** From 0 to 1. */
  readonly random: () => number;
}

/**
 * Puts virtual time in the place of what the code under test and its libraries wait by (`setTimeout`, `AbortSignal.timeout`, `process.uptime`)
 * and a seeded generator in the place of `Math.random`. The rest of Node.js goes on in real time.
 * @returns puts everything back
 */
export function installVirtualTimers(time: VirtualTime, currentOwner: () => Owner | undefined): () => void {
  const { uptime } = process;
  const real = { setTimeout, clearTimeout, timeout: AbortSignal.timeout, random: Math.random, uptime };

  class Timer {
    readonly #callback: () => void;
    readonly #milliseconds: number;
    readonly #owner = currentOwner();
    readonly #inContext = AsyncLocalStorage.snapshot();
    #callOff: () => void = () => {};

    constructor(callback: () => void, milliseconds: number) {
      this.#callback = callback;
      this.#milliseconds = milliseconds;
      this.refresh();
    }

    refresh(): this {
      this.close();
      this.#callOff = time.schedule(this.#milliseconds, () => {
        if (!this.#owner?.dead) this.#inContext(this.#callback);
      });
      return this;
    }

    close(): this {
      this.#callOff();
      return this;
    }

    unref = (): this => this;
    ref = (): this => this;
    hasRef = (): boolean => false;
    [Symbol.toPrimitive] = (): number => 0;
  }

  const virtual = {
    setTimeout: (callback: (...args: unknown[]) => void, milliseconds = 0, ...args: unknown[]) =>
      new Timer(() => callback(...args), Math.max(1, milliseconds)),
    clearTimeout: (timer: unknown) => {
      if (timer instanceof Timer) timer.close();
      else real.clearTimeout(timer as NodeJS.Timeout | undefined);
    },
  };
  Object.assign(globalThis, virtual);
  AbortSignal.timeout = (milliseconds) => {
    const controller = new AbortController();
    virtual.setTimeout(() => controller.abort(new DOMException('Timed out.', 'TimeoutError')), milliseconds);
    return controller.signal;
  };
  process.uptime = () => time.now() / 1_000;
  Math.random = () => (currentOwner()?.random ?? real.random)();
  // undici has one timer for all its clients, and makes it when the first of them needs it: it must be nobody's.
  timers.reset();
  timers.setFastTimeout(() => {}, 1_001);
  return () => {
    timers.reset();
    globalThis.setTimeout = real.setTimeout;
    globalThis.clearTimeout = real.clearTimeout;
    AbortSignal.timeout = real.timeout;
    Math.random = real.random;
    process.uptime = real.uptime;
  };
}
