/** A clock that nobody sets. `performance` would be loaded for it, which takes a millisecond of a cold start. */
const now = () => process.uptime() * 1_000;

/**
 * A timer that is set for every request and hardly ever rings. It is left running when it is not needed any more, and set
 * anew only where it would ring too late: to set and clear one for each request takes longer than to write the request. It
 * keeps no process alive: what is waited for does.
 */
export class Alarm {
  #timer: NodeJS.Timeout | undefined;
  /** When the timer goes off, and when it should ring; milliseconds since the process began. */
  #goesOffAt = Number.POSITIVE_INFINITY;
  #ringsAt = Number.POSITIVE_INFINITY;
  #ring: (() => void) | undefined;

  /** Calls `ring` once, in so many milliseconds, unless it is set anew or cleared before. */
  set(milliseconds: number, ring: () => void): void {
    this.#ring = ring;
    this.#ringsAt = now() + milliseconds;
    if (this.#ringsAt < this.#goesOffAt) this.#start(milliseconds);
  }

  clear(): void {
    this.#ring = undefined;
  }

  #start(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#goesOffAt = this.#ringsAt;
    this.#timer = setTimeout(() => this.#goOff(), milliseconds).unref();
  }

  #goOff(): void {
    this.#goesOffAt = Number.POSITIVE_INFINITY;
    const ring = this.#ring;
    if (!ring) return;
    const left = this.#ringsAt - now();
    if (left > 0) {
      this.#start(left);
      return;
    }
    this.#ring = undefined;
    ring();
  }
}
