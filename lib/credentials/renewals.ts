import type { Call } from '../call.ts';
import { useOf } from './held.ts';

/** A 401 that a new credential does not cure is looked into again after so many milliseconds, however many requests meet it. */
export const RENEWAL_MILLISECONDS = 60_000;
/** Organizations that are remembered; a service account or an API key belongs to one. */
const MOST_ORGANIZATIONS = 100;
/** Stands for every organization that was never reached. */
const ANY = '';

/** A renewal that has cured nothing yet. */
interface Renewal {
  readonly use: string;
  readonly at: number;
  /** A call that was refused before it was refused after it too. */
  inVain: boolean;
}

/**
 * When a 401 may lead to a new credential. One that a new credential cures may do so however often; one that it does not
 * cure, once a minute. What is refused for good in one use must not keep a credential from being replaced that has died, so
 * uses are told apart. Organizations that the credentials never reached count as one: asking for many of them would
 * otherwise use up the tokens of the one that they serve.
 */
export class Renewals {
  readonly #reached = new Set<string>();
  readonly #renewals = new Map<string, Renewal>();
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

  /**
   * True where a renewal may begin now; it is taken to have begun.
   * @param worked whether the refused credential has been accepted for this use
   */
  begin(call: Call, operation: string, worked: boolean, now: number): boolean {
    for (const [key, { at }] of this.#renewals) if (now - at >= RENEWAL_MILLISECONDS) this.#renewals.delete(key);
    const use = useOf(call, operation);
    const last = this.#renewals.get(this.#reached.has(call.orgId) ? use : ANY);
    if (last && (last.inVain || !worked)) return false;
    this.#note(call, { use, at: now, inVain: false });
    return true;
  }

  /** A call was refused with a credential that was obtained after it had been refused with another. */
  inVain(call: Call, operation: string, now: number): void {
    const use = useOf(call, operation);
    const renewal = this.#renewals.get(use) ?? { use, at: now, inVain: true };
    renewal.inVain = true;
    this.#note(call, renewal);
  }

  /** The renewal that began for this call came to nothing, which says nothing about the credential. */
  failed(call: Call, operation: string): void {
    this.#forget(useOf(call, operation));
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

  #note(call: Call, renewal: Renewal): void {
    this.#renewals.set(renewal.use, renewal);
    if (!this.#reached.has(call.orgId)) this.#renewals.set(ANY, renewal);
  }

  #forget(use: string): void {
    for (const key of [use, ANY]) if (this.#renewals.get(key)?.use === use) this.#renewals.delete(key);
  }
}
