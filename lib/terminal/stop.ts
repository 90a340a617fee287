/** The operator's wish to stop: what is under way ends, and nothing else begins. */
export class Stop {
  readonly whenRequested: Promise<void>;
  readonly #resolve: () => void;
  #requested = false;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.whenRequested = promise;
    this.#resolve = resolve;
  }

  get requested(): boolean {
    return this.#requested;
  }

  request(): void {
    this.#requested = true;
    this.#resolve();
  }
}
