/**
 * The steps in which tokens come back to a bucket, numbered from any one of them. Atlas refills in whole steps and not
 * bit by bit: `RateLimit-Remaining` stays where it is for a minute and then jumps.
 */
export class Refills {
  #anchor: number | undefined;
  #milliseconds: number;

  /** `milliseconds` between two steps. */
  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  get milliseconds(): number {
    return this.#milliseconds;
  }

  /** Whether it is known when a step falls. */
  get known(): boolean {
    return this.#anchor !== undefined;
  }

  /** A step falls at this moment. Steps keep their numbers: the nearest is moved there, and all others with it. */
  fallAt(moment: number): void {
    const nearest = this.#anchor === undefined ? 0 : Math.round((moment - this.#anchor) / this.#milliseconds);
    this.#anchor = moment - nearest * this.#milliseconds;
  }

  /** Milliseconds between two steps, where Atlas says them. True if they are not what they were: the numbers start anew. */
  setMilliseconds(milliseconds: number): boolean {
    if (milliseconds === this.#milliseconds) return false;
    this.#milliseconds = milliseconds;
    this.#anchor = undefined;
    return true;
  }

  /** Number of the last step at this moment. */
  numberAt(moment: number): number {
    return this.#anchor === undefined ? 0 : Math.floor((moment - this.#anchor) / this.#milliseconds);
  }

  /** When the step of this number falls. */
  timeOf(step: number): number {
    return (this.#anchor ?? 0) + step * this.#milliseconds;
  }
}
