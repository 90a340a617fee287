/** Requests that the first guess weighs as much as. */
const GUESS_WEIGHT = 20;
/** Half, before anything is known: a mapping has at least two functions at work (Lambda API, MaximumConcurrency). */
const GUESS = 0.5;
const SMALLEST = 0.02;

/**
 * The part of a bucket's tokens that this process gets, seen by how much faster the bucket empties than by its own
 * requests: other functions, and whoever else uses Atlas, take the rest.
 */
export class Share {
  #own = 0;
  #fallen = 0;

  /** So many tokens were taken by this process, so many have gone altogether. */
  see(own: number, fallen: number): void {
    this.#own += own;
    this.#fallen += fallen;
  }

  /** Makes what was seen weigh half as much: others come and go. */
  fade(): void {
    this.#own /= 2;
    this.#fallen /= 2;
  }

  /** From nearly 0 to 1. */
  get value(): number {
    const seen = (GUESS * GUESS_WEIGHT + this.#own) / (GUESS_WEIGHT + this.#fallen);
    return Math.min(1, Math.max(SMALLEST, seen));
  }
}
