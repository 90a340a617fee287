import type { Call } from '../call.ts';
import { useOf } from './held.ts';

/** A 401 that a new credential does not cure is looked into again after so many milliseconds, however many requests meet it. */
export const RENEWAL_MILLISECONDS = 60_000;
/** A token that was minted in doubt is not followed by another from the same secret before a minute, doubled each time. */
const LONGEST_PAUSE_MILLISECONDS = 900_000;
/** Organizations that are remembered; a service account or an API key belongs to one. */
const MOST_ORGANIZATIONS = 100;
/** Stands for every organization that was never reached. */
const ANY = '';

/** A renewal that has cured nothing yet. */
interface Renewal {
  readonly use: string;
  at: number;
  /** A call that was refused before it was refused after it too. */
  inVain: boolean;
}

/**
 * When a 401 may lead to a new credential. One that a new credential cures may do so however often; one that it does not
 * cure leads to a reading of the secret once a minute, and to tokens from an unchanged secret that grow rarer: each one
 * counts against the 100 that a service account may have (MongoDB docs, "MCP server rate limits"). What is refused for good in one use must not keep a credential from being replaced that has died, so
 * uses are told apart. Organizations that the credentials never reached count as one: asking for many of them would
 * otherwise use up the tokens of the one that they serve.
 */
export class Renewals {
  readonly #reached = new Set<string>();
  readonly #renewals = new Map<string, Renewal>();
  /** How long the last token that was minted in doubt has to do, and until when. */
  #pause = 0;
  #pauseEnds = Number.NEGATIVE_INFINITY;
  /** For the calls that are under way: what they were refused for first, and how many credentials there had been by then. */
  readonly #refused = new WeakMap<Call, { readonly use: string; readonly obtained: number }>();

  /**
   * A call was refused.
   * @param obtained how many credentials there have been
   * @returns how many there had been when this call was refused for this use first
   */
  refused(call: Call, operation: string, obtained: number): number {
    const use = useOf(call, operation);
    const first = this.#refused.get(call);
    if (first?.use === use) return first.obtained;
    this.#refused.set(call, { use, obtained });
    return obtained;
  }

  /** True where a new credential did not cure this use of late, so that a 401 says little about the one at hand. */
  wasInVain(call: Call, operation: string, now: number): boolean {
    this.#prune(now);
    return this.#renewals.get(useOf(call, operation))?.inVain === true;
  }

  /**
   * True where a renewal may begin now; it is taken to have begun.
   * @param dead whether the refused credential is taken for dead: it was accepted for this use, and no renewal was in vain
   */
  begin(call: Call, operation: string, dead: boolean, now: number): boolean {
    this.#prune(now);
    const use = useOf(call, operation);
    const last = this.#renewals.get(this.#reached.has(call.orgId) ? use : ANY);
    if (last && !dead && now - last.at < RENEWAL_MILLISECONDS) return false;
    this.#note(call, { use, at: now, inVain: this.#renewals.get(use)?.inVain === true });
    return true;
  }

  /** True where another token may be minted in doubt from a secret that has not changed. */
  mayMintInDoubt(now: number): boolean {
    return now >= this.#pauseEnds;
  }

  /** A token was minted in doubt from a secret that had not changed. */
  mintedInDoubt(now: number): void {
    this.#pause = Math.min(Math.max(RENEWAL_MILLISECONDS, this.#pause * 2), LONGEST_PAUSE_MILLISECONDS);
    this.#pauseEnds = now + this.#pause;
  }

  /** A credential was obtained for another reason. */
  obtained(): void {
    this.#pause = 0;
    this.#pauseEnds = Number.NEGATIVE_INFINITY;
  }

  /** True while something is remembered that bounds what a 401 may cost. */
  isBounding(now: number): boolean {
    this.#prune(now);
    return this.#renewals.size > 0 || !this.mayMintInDoubt(now);
  }

  /** A call was refused with a credential that was obtained after it had been refused with another. */
  inVain(call: Call, operation: string, now: number): void {
    const use = useOf(call, operation);
    const renewal = this.#renewals.get(use) ?? { use, at: now, inVain: true };
    renewal.inVain = true;
    this.#note(call, renewal);
  }

  /** The renewal that began for this call came to nothing, which says nothing about the credential: another may begin. */
  failed(call: Call, operation: string, now: number): void {
    const use = useOf(call, operation);
    const renewal = this.#renewals.get(use);
    if (renewal?.inVain) renewal.at = now - RENEWAL_MILLISECONDS;
    else this.#forget(use);
  }

  /** A call was let in. What was in vain stays so, unless this call is the proof of the contrary. */
  accepted(call: Call, operation: string): void {
    if (this.#reached.size < MOST_ORGANIZATIONS) this.#reached.add(call.orgId);
    if (this.#renewals.size === 0) return;
    const use = useOf(call, operation);
    const cured = this.#refused.get(call)?.use === use;
    if (cured) this.#refused.delete(call);
    if (cured || !this.#renewals.get(use)?.inVain) this.#forget(use);
  }

  /** What was in vain is remembered for as long as the longest pause, or it would seem new each time. */
  #prune(now: number): void {
    for (const [key, { at, inVain }] of this.#renewals) {
      if (now - at >= (inVain ? LONGEST_PAUSE_MILLISECONDS : RENEWAL_MILLISECONDS)) this.#renewals.delete(key);
    }
  }

  #note(call: Call, renewal: Renewal): void {
    this.#renewals.set(renewal.use, renewal);
    if (!this.#reached.has(call.orgId)) this.#renewals.set(ANY, renewal);
  }

  #forget(use: string): void {
    for (const key of [use, ANY]) if (this.#renewals.get(key)?.use === use) this.#renewals.delete(key);
  }
}
