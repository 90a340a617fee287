import type { Clock } from '../../../lib/clock.ts';

/** Something that happens at a moment; at the same moment, what was asked for first. */
interface Event {
  readonly at: number;
  readonly order: number;
  readonly happen: () => void;
  calledOff: boolean;
}

/** Time that passes as soon as nothing more can happen at the moment it is at: hours in a second, the same way each run. */
export class VirtualTime implements Clock {
  #now: number;
  #asked = 0;
  readonly #events = new EventQueue();
  readonly #quiet: () => Promise<void>;

  /** `untilQuiet` resolves when all that follows from the last event has happened. */
  constructor(start: number, untilQuiet = quiet) {
    this.#now = start;
    this.#quiet = untilQuiet;
  }

  now = (): number => this.#now;

  wait = (milliseconds: number): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.schedule(milliseconds, resolve);
    return promise;
  };

  /** Lets something happen after so many milliseconds. @returns calls it off */
  schedule(milliseconds: number, happen: () => void): () => void {
    this.#asked += 1;
    const event = { at: this.#now + milliseconds, order: this.#asked, happen, calledOff: false };
    this.#events.push(event);
    return () => {
      event.calledOff = true;
    };
  }

  /** Lets time pass until the promise settles. @throws {Error} where it never will */
  async run<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const settle = () => {
      settled = true;
    };
    promise.then(settle, settle);
    for (;;) {
      await this.#quiet();
      if (settled) return promise;
      const event = this.#next();
      if (!event) throw new Error('Nothing more will happen.');
      this.#now = event.at;
      event.happen();
    }
  }

  #next(): Event | undefined {
    let event = this.#events.pop();
    while (event?.calledOff) event = this.#events.pop();
    return event;
  }
}

/** A binary heap. */
class EventQueue {
  readonly #heap: Event[] = [];

  push(event: Event): void {
    const heap = this.#heap;
    let index = heap.push(event) - 1;
    for (;;) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (index === 0 || !isEarlier(event, parent)) break;
      if (parent) heap[index] = parent;
      index = above;
    }
    heap[index] = event;
  }

  pop(): Event | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (!last || last === first) return first;
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      if (isEarlier(heap[below + 1], heap[below])) below += 1;
      const child = heap[below];
      if (!child || !isEarlier(child, last)) break;
      heap[index] = child;
      index = below;
    }
    heap[index] = last;
    return first;
  }
}

function isEarlier(one: Event | undefined, other: Event | undefined): boolean {
  if (!one || !other) return false;
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

/** Until all that follows from the last event has happened: promises, and what was put off to the end of the turn. */
async function quiet(): Promise<void> {
  await new Promise(setImmediate);
  await new Promise(setImmediate);
}
