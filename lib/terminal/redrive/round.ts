import type { ReceivedLetter } from './dead-letter.ts';
import type { DeadLetterQueue } from './queue.ts';

/** Receives in a row without anything unseen, at the least, before a round is taken for over. */
const FRUITLESS_RECEIVES = 5;

/**
 * One look through the dead-letter queue, from one end to the other. What was received stays hidden until the end, so that
 * SQS shows the rest; where that takes longer than the hiding, it is seen again. What was sent after the beginning is not
 * part of the round: what was moved may fail again and come back, for as long as there are dead letters.
 */
export class Round {
  readonly #queue: Pick<DeadLetterQueue, 'receive' | 'release'>;
  readonly #startedAt: number;
  readonly #seen = new Set<string>();
  /** What is still on the queue, each as it was received last: an earlier receipt can not be released. */
  readonly #stay = new Map<string, ReceivedLetter>();
  readonly #newcomers = new Map<string, ReceivedLetter>();
  #fruitless = { receives: 0, letters: 0 };

  /** `startedAt`: milliseconds since the epoch, by the clock of SQS. */
  constructor(queue: Pick<DeadLetterQueue, 'receive' | 'release'>, startedAt: number) {
    this.#queue = queue;
    this.#startedAt = startedAt;
  }

  /** Those of one receive that were not seen before, which may be none; undefined once the round is over. */
  async next(): Promise<ReceivedLetter[] | undefined> {
    const received = await this.#queue.receive();
    if (received.length === 0) return undefined;
    const letters = received.filter(({ sentAt }) => sentAt <= this.#startedAt);
    const unseen = letters.filter(({ id }) => !this.#seen.has(id));
    for (const letter of received) (letters.includes(letter) ? this.#stay : this.#newcomers).set(letter.id, letter);
    for (const { id } of unseen) this.#seen.add(id);
    if (unseen.length > 0) {
      this.#fruitless = { receives: 0, letters: 0 };
      return unseen;
    }
    const { receives, letters: fruitless } = this.#fruitless;
    this.#fruitless = { receives: receives + 1, letters: fruitless + received.length };
    return this.#isOver() ? undefined : [];
  }

  /** It was deleted, and need not be released. */
  deleted({ id }: ReceivedLetter): void {
    this.#stay.delete(id);
  }

  /** How many were seen that had been sent before the beginning. */
  get seen(): number {
    return this.#seen.size;
  }

  /** How many of all that were received are still on the queue. */
  get held(): number {
    return this.#stay.size + this.#newcomers.size;
  }

  /** How many were sent after the beginning, and left. */
  get newcomers(): number {
    return this.#newcomers.size;
  }

  /** Lets all that stay be received again. */
  async release(): Promise<void> {
    const letters = [...this.#stay.values(), ...this.#newcomers.values()];
    await Promise.all(letters.map((letter) => this.#queue.release(letter)));
  }

  /** A queue is shown in any order: there may be more behind those that stay until more than these have come again. */
  #isOver(): boolean {
    const { receives, letters } = this.#fruitless;
    return receives >= FRUITLESS_RECEIVES && letters > this.#stay.size;
  }
}
