/** SQS takes so many entries in one request (AWS docs, "quotas-messages"). */
const MOST_ENTRIES = 10;
/** Bytes in one request to SQS: the limit before August 2025, which older endpoints may still have; it is 1 MiB since. */
const MOST_BYTES = 262_144;

interface BatcherOptions<T> {
  /** Sends up to ten entries in one request and tells for each whether SQS took it. Must not reject. */
  readonly send: (entries: readonly T[]) => Promise<readonly boolean[]>;
  /**
   * Bytes that an entry counts for; one that is larger than a request may be goes alone, and one for which this throws is not
   * sent. @default none
   */
  readonly size?: (entry: T) => number;
}

interface Waiting<T> {
  readonly entry: T;
  readonly bytes: number;
  readonly settle: (sent: boolean) => void;
}

/**
 * Sends entries in batches without a timer: what comes while a request is under way goes together with the next one, so
 * that a single entry never waits for company, and a flood fills every request.
 */
export class Batcher<T> {
  readonly #options: BatcherOptions<T>;
  #waiting: Waiting<T>[] = [];
  #sending = false;

  constructor(options: BatcherOptions<T>) {
    this.#options = options;
  }

  /** Resolves when the request with this entry has ended: true if SQS took the entry. */
  add(entry: T): Promise<boolean> {
    const bytes = this.#sizeOf(entry);
    // What can't be measured can't be sent: others that wait beside it are not to suffer for it.
    if (bytes === undefined) return Promise.resolve(false);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#waiting.push({ entry, bytes, settle: resolve });
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

  #sizeOf(entry: T): number | undefined {
    try {
      return this.#options.size?.(entry) ?? 0;
    } catch {
      return undefined; // It counts as not sent, and whoever added it says so.
    }
  }

  #countThatFits(): number {
    let together = 0;
    let count = 0;
    for (const { bytes } of this.#waiting.slice(0, MOST_ENTRIES)) {
      together += bytes;
      if (count > 0 && together > MOST_BYTES) break;
      count += 1;
    }
    return count;
  }
}
