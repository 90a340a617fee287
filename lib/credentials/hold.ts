import type { Clock } from '../clock.ts';
import { Failure } from '../failures.ts';
import { RENEWAL_MILLISECONDS } from './renewals.ts';

/** How long it is pointless to ask Atlas for a token again: limits are not made worse by those who wait for them. */
export class Hold {
  readonly #clock: Clock;
  #failure: Failure | undefined;
  #until = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What asking came to. A refusal stands for a while, a limit as long as Atlas says; nothing else is held against anyone. */
  begin(error: unknown): void {
    if (!(error instanceof Failure)) return;
    const milliseconds = LASTING.has(error.name) ? RENEWAL_MILLISECONDS : (error.retryAfter ?? 0) * 1000;
    this.#failure = error;
    this.#until = this.#clock.now() + milliseconds;
  }

  isOver(): boolean {
    return this.#until <= this.#clock.now();
  }

  /**
   * Nothing where asking makes sense.
   * @throws {Failure} the last one, with what is left of its `retryAfter`
   */
  assertOver(): void {
    const left = this.#until - this.#clock.now();
    if (!this.#failure || left <= 0) return;
    if (this.#failure.retryAfter === undefined) throw this.#failure;
    throw new Failure(this.#failure.name, this.#failure.message, {
      ...this.#failure,
      retryAfter: Math.ceil(left / 1000),
    });
  }
}

const LASTING: ReadonlySet<string> = new Set(['AtlasUnauthorized', 'AtlasAccessListBlocked']);
