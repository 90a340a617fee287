/** SQS takes so many entries in one request (AWS docs, "quotas-messages"). */
const MOST_ENTRIES = 10;
/** Bytes in one request to SQS: the limit before August 2025, which older endpoints may still have; it is 1 MiB since. */
const MOST_BYTES = 262_144;

interface BatcherOptions<T> {
  /** Sends up to ten entries in one request and tells for each whether SQS took it. Must not reject. */
  readonly send: (entries: readonly T[]) => Promise<readonly boolean[]>;
  /** Bytes that an entry counts for; one that is larger than a request may be goes alone. @default none */
  readonly size?: (entry: T) => number;
}

/**
 * Sends entries in batches without a timer: what comes while a request is under way goes together with the next one, so
 * that a single entry never waits for company, and a flood fills every request.
 */
export class Batcher<T> {
  readonly #options: BatcherOptions<T>;
  #waiting: { readonly entry: T; readonly settle: (sent: boolean) => void }[] = [];
  #sending = false;

  constructor(options: BatcherOptions<T>) {
    this.#options = options;
  }

  /** Resolves when the request with this entry has ended: true if SQS took the entry. */
  add(entry: T): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#waiting.push({ entry, settle: resolve });
    if (!this.#sending) {
      this.#sending = true;
      // What is added in the same turn of the event loop goes together.
      setImmediate(() => void this.#drain());
    }
    return promise;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#countThatFits());
      const sent = await this.#options.send(batch.map(({ entry }) => entry));
      batch.forEach(({ settle }, index) => {
        settle(sent[index] ?? false);
      });
    }
    this.#sending = false;
  }

  #countThatFits(): number {
    const { size = () => 0 } = this.#options;
    let bytes = 0;
    let count = 0;
    for (const { entry } of this.#waiting.slice(0, MOST_ENTRIES)) {
      bytes += size(entry);
      if (count > 0 && bytes > MOST_BYTES) break;
      count += 1;
    }
    return count;
  }
}
