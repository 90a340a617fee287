import type { Call } from '../call.ts';
import { useOf } from './held.ts';

/** A 401 that a new credential does not cure is looked into again after so many milliseconds, however many requests meet it. */
export const RENEWAL_MILLISECONDS = 60_000;
/** Organizations that are remembered; a service account or an API key belongs to one. */
const MOST_ORGANIZATIONS = 100;
/** Stands for every organization that was never reached. */
const ANY = '';

/**
 * When a 401 may lead to a new credential. One that a new credential cures may do so however often; one that it does not
 * cure, once a minute. What is refused for good in one use must not keep a credential from being replaced that has died, so
 * uses are told apart. Organizations that the credentials never reached count as one: asking for many of them would
 * otherwise use up the tokens of the one that they serve.
 */
export class Renewals {
  readonly #reached = new Set<string>();
  /** When a renewal began that has cured nothing yet. */
  readonly #uncured = new Map<string, number>();
  /** What the calls that are under way were refused for. */
  readonly #refused = new WeakMap<Call, string>();

  /** A call was refused. */
  refused(call: Call, method: string): void {
    this.#refused.set(call, useOf(call, method));
  }

  /** True where a renewal may begin now; it is taken to have begun. */
  begin(call: Call, method: string, now: number): boolean {
    for (const [use, at] of this.#uncured) if (now - at >= RENEWAL_MILLISECONDS) this.#uncured.delete(use);
    const use = useOf(call, method);
    if (this.#uncured.has(this.#reached.has(call.orgId) ? use : ANY)) return false;
    this.#uncured.set(use, now).set(ANY, now);
    return true;
  }

  /** The renewal that began for this call came to nothing, which says nothing about the credential. */
  failed(call: Call, method: string): void {
    this.#uncured.delete(useOf(call, method));
    this.#uncured.delete(ANY);
  }

  /** A call was let in: where it had been refused, a new credential has cured that. */
  accepted(call: Call, method: string): void {
    if (this.#reached.size < MOST_ORGANIZATIONS) this.#reached.add(call.orgId);
    if (this.#uncured.size === 0 || this.#refused.get(call) !== useOf(call, method)) return;
    this.#refused.delete(call);
    this.failed(call, method);
  }
}
