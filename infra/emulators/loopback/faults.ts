import type { Headers } from './answer.ts';
import type { LoopbackRequest } from './request-log.ts';

/**
 * How an answer leaves: `reset` no byte, the connection is reset · `end` no byte, the connection is closed · `reset-after-head`
 * (part of) the head, then a reset · `cut` fewer bytes of body than announced, then closed · `close` whole, then closed
 * without having said so · `hold` nothing until released, then whole · `slow-body` half of the body, the rest once released.
 */
export type Delivery = 'whole' | 'reset' | 'end' | 'reset-after-head' | 'cut' | 'close' | 'hold' | 'slow-body';

/** Something that goes wrong with one request. */
export interface Fault {
  /** Let the request take effect first (limits included). Implied where there is no `status`, unless `delivery` sends nothing. */
  act?: boolean;
  /** Replaces the answer; without it the true answer is delivered. */
  status?: number;
  /** Added to the answer. */
  headers?: Headers;
  /** An object is sent as JSON. Only with `status`. */
  body?: string | Buffer | object;
  /** Default `whole`. */
  delivery?: Delivery;
  /** For `hold` and `slow-body`: released when this settles; else by `release()`. */
  until?: Promise<unknown>;
}

/** Which requests a fault is for: tested against "METHOD path?query", or asked. */
type Match<R> = RegExp | ((request: R) => boolean);

/** Faults in waiting. */
export class Faults<R extends LoopbackRequest> {
  #waiting: { fault: Fault; match: Match<R> | undefined; times: number }[] = [];
  #always: ((request: R) => Fault | undefined) | undefined;
  #release = Promise.withResolvers<void>();
  /** Answers held back now. */
  held = 0;

  /** Plays a fault on the next request that matches, or the next `times` ones. Faults for the same request are played in the order given. */
  next(fault: Fault, match?: Match<R>, times = 1): void {
    this.#waiting.push({ fault, match, times });
  }

  /** Asks for every request that no waiting fault is for. */
  always(choose: (request: R) => Fault | undefined): void {
    this.#always = choose;
  }

  /** Faults that have not been played yet. */
  get pending(): number {
    return this.#waiting.length;
  }

  /** Forgets all faults and releases what is held. */
  clear(): void {
    this.#waiting = [];
    this.#always = undefined;
    this.release();
  }

  /** Lets every held answer go. */
  release(): void {
    this.#release.resolve();
    this.#release = Promise.withResolvers<void>();
  }

  /** Settles when the held answer may go, or when its caller is gone. */
  async hold(fault: Fault, gone: Promise<void>): Promise<void> {
    this.held += 1;
    try {
      const released = fault.until ? Promise.allSettled([fault.until]) : this.#release.promise;
      await Promise.race([released, gone]);
    } finally {
      this.held -= 1;
    }
  }

  /** The fault for this request, if any. */
  take(request: R): Fault | undefined {
    if (this.#waiting.length > 0) {
      const index = this.#waiting.findIndex(({ match }) => matches(match, request));
      const found = this.#waiting[index];
      if (found) {
        found.times -= 1;
        if (found.times <= 0) this.#waiting.splice(index, 1);
        return found.fault;
      }
    }
    return this.#always?.(request);
  }
}

function matches<R extends LoopbackRequest>(match: Match<R> | undefined, request: R): boolean {
  if (match === undefined) return true;
  return match instanceof RegExp ? match.test(`${request.method} ${request.path}`) : match(request);
}
