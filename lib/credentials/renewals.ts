import type { Call } from '../call.ts';
import type { Clock } from '../clock.ts';
import type { Credential } from './credential.ts';

/** A 401 that a new credential does not cure is looked into again after so many milliseconds, however many requests meet it. */
export const RENEWAL_MILLISECONDS = 60_000;
/** Between two tokens that are minted in doubt from one secret: a minute, doubled each time up to so many milliseconds. */
const LONGEST_PAUSE_MILLISECONDS = 900_000;

/** A renewal that has cured nothing yet. */
interface Renewal {
  readonly at: number;
  readonly refused: Credential;
  /** A call that was refused before it was refused after it too. */
  readonly inVain: boolean;
}

/**
 * Remembers, by the use, what the credentials of one secret were accepted for, and the renewals that cured nothing. These
 * bound what a 401 that lasts may cost: the secret is read once a minute, and once for a use that is refused for the first
 * time; tokens from an unchanged secret grow rarer, since each one counts against the 100 that a service account may have
 * (MongoDB docs, "MCP server rate limits").
 */
export class Renewals {
  readonly #clock: Clock;
  readonly #accepted = new Set<string>();
  readonly #uncured = new Map<string, Renewal>();
  /** When the uses were last refused that the secret alone was read for, or the renewal of another use was in vain for. */
  readonly #looked = new Map<string, number>();
  #pause = 0;
  #pauseEnds = Number.NEGATIVE_INFINITY;
  /** For the calls that are under way: what they were refused for first, and how often the secret had been read by then. */
  readonly #refused = new WeakMap<Call, { readonly use: string; readonly readings: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * A call was refused.
   * @param readings how often a reading of the secret has begun
   * @returns how often it had when this call was refused for this use first
   */
  refused(call: Call, use: string, readings: number): number {
    this.#forgetOld();
    if (this.#looked.has(use)) this.look(use);
    const first = this.#refused.get(call);
    if (first?.use === use) return first.readings;
    this.#refused.set(call, { use, readings });
    return readings;
  }

  /** True where Atlas has accepted a credential for this use. */
  wasAccepted(use: string): boolean {
    return this.#accepted.has(use);
  }

  /** True where neither a renewal nor a reading for this use has cured anything so far. */
  isUncured(use: string): boolean {
    this.#forgetOld();
    return this.#uncured.has(use) || this.#looked.has(use);
  }

  /** True where no renewal of any use within the last minute has cured nothing. */
  isDue(): boolean {
    const earliest = this.#clock.now() - RENEWAL_MILLISECONDS;
    return [...this.#uncured.values()].every(({ at }) => at <= earliest);
  }

  /** True while something is remembered. */
  isBounding(): boolean {
    this.#forgetOld();
    return this.#uncured.size > 0 || this.#looked.size > 0;
  }

  /** The secret is read for this use, and no token minted unless it has changed: another renewal is no less due for that. */
  look(use: string): void {
    this.#looked.set(use, this.#clock.now());
  }

  begin(use: string, refused: Credential): void {
    this.#forgetOld();
    const inVain = this.#uncured.get(use)?.inVain ?? false;
    this.#uncured.set(use, { at: this.#clock.now(), refused, inVain });
  }

  /** The renewal that began for this use came to nothing, which says nothing about the credential: another may begin. */
  failed(use: string): void {
    this.#looked.delete(use);
    const renewal = this.#uncured.get(use);
    if (renewal?.inVain) this.#uncured.set(use, { ...renewal, at: this.#clock.now() - RENEWAL_MILLISECONDS });
    else this.#forget(use);
  }

  /** A call was refused with a credential that was obtained after it had been refused with another. */
  inVain(use: string): void {
    this.#accepted.delete(use);
    const renewal = this.#uncured.get(use);
    if (renewal) this.#uncured.set(use, { ...renewal, inVain: true });
    else this.look(use);
  }

  /**
   * A call was let in. One invitation alone may be refused for good: what was in vain stays so, unless it was this call that
   * was refused.
   */
  accepted(call: Call, use: string, credential: Credential): void {
    this.#accepted.add(use);
    this.#looked.delete(use);
    const renewal = this.#uncured.get(use);
    if (!renewal) return;
    const cured = this.#refused.get(call)?.use === use;
    if (cured || (!renewal.inVain && credential !== renewal.refused)) this.#forget(use);
  }

  /** True where another token may be minted in doubt from a secret that has not changed. */
  mayMint(): boolean {
    return this.#clock.now() >= this.#pauseEnds;
  }

  /** A token was minted in doubt, at this time, from a secret that had not changed. */
  minted(at: number): void {
    this.#pause = Math.min(Math.max(RENEWAL_MILLISECONDS, this.#pause * 2), LONGEST_PAUSE_MILLISECONDS);
    this.#pauseEnds = at + this.#pause;
  }

  /** What was in vain is remembered for as long as the longest pause, or it would seem new each time. */
  #forgetOld(): void {
    const now = this.#clock.now();
    for (const [use, at] of this.#looked) if (now - at >= LONGEST_PAUSE_MILLISECONDS) this.#looked.delete(use);
    for (const [use, { at, inVain }] of this.#uncured) {
      if (now - at >= (inVain ? LONGEST_PAUSE_MILLISECONDS : RENEWAL_MILLISECONDS)) this.#forget(use);
    }
  }

  #forget(use: string): void {
    this.#uncured.delete(use);
    if (this.#uncured.size > 0) return;
    this.#pause = 0;
    this.#pauseEnds = Number.NEGATIVE_INFINITY;
  }
}
