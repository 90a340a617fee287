import type { Call } from '../call.ts';
import { Failure } from '../failures.ts';
import type { Credential } from './credential.ts';
import { type Held, lastUseOf, useOf } from './held.ts';
import { Holder } from './holder.ts';
import { judgeRefusal, type Suspicion } from './refusal.ts';
import { Renewals } from './renewals.ts';
import type { SourceOptions } from './secret-exchange.ts';

/** After a renewal ahead of time that failed, another one is tried in so many milliseconds. */
const AHEAD_PAUSE_MILLISECONDS = 30_000;

/**
 * The credential of one secret, through its whole life:
 *
 * - `current` obtains it once for all requests that wait for it, and renews it before it ends.
 * - `accepted` and `renew` hear what Atlas says of it; `judgeRefusal` decides what a 401 means. One that has died is
 *   replaced at once, one in doubt once a minute; all others go on with it until another is there, or for lack of another.
 *
 * Nothing is kept of a failure but how long it is pointless to ask again (`Hold`, `Renewals`).
 */
export class CredentialSource {
  readonly #options: SourceOptions;
  readonly #renewals: Renewals;
  readonly #holder: Holder;

  constructor(options: SourceOptions) {
    this.#options = options;
    this.#renewals = new Renewals(options.clock);
    this.#holder = new Holder(options, this.#renewals);
  }

  /** The credential at hand; undefined where one has to be waited for. */
  ready(call: Call): Credential | undefined {
    return this.#holder.ready(call)?.credential;
  }

  /** See `Credentials.current`. */
  async current(call: Call): Promise<Credential> {
    const ready = this.ready(call);
    if (ready) return ready;
    const old = this.#holder.heldFor(call);
    try {
      return (await this.#holder.obtain(call)).credential;
    } catch (error) {
      const now = this.#options.clock.now();
      if (!old || old !== this.#holder.held || now >= lastUseOf(old) || !isForLater(error)) throw error;
      call.trace.renewalFailure = error;
      // One that was taken for dead may be alive after all, and is not due for long.
      old.renewAt = Math.max(old.renewAt, Math.min(now + AHEAD_PAUSE_MILLISECONDS, lastUseOf(old)));
      return old.credential;
    }
  }

  /** See `Credentials.accepted`. */
  accepted(call: Call, operation: string, credential: Credential): void {
    const { held } = this.#holder;
    if (credential === held?.credential) held.proven = true;
    this.#renewals.accepted(call, useOf(call, operation), credential);
  }

  /** See `Credentials.renew`. */
  async renew(call: Call, operation: string, refused: Credential, refusal: Failure): Promise<Credential> {
    const use = useOf(call, operation);
    const first = this.#renewals.refused(call, use, this.#holder.readings);
    const { held } = this.#holder;
    if (held?.credential !== refused) return this.current(call);
    const verdict = judgeRefusal({
      fresh: held.number > first,
      worked: held.proven && this.#renewals.wasAccepted(use),
      uncured: this.#renewals.isUncured(use),
      underWay: this.#holder.suspicionOf(held),
      due: this.#renewals.isDue(),
    });
    switch (verdict) {
      case 'lasting':
        this.#renewals.inVain(use);
        throw refusal;
      case 'known':
        throw refusal;
      case 'awaited': {
        const other = await this.#holder.replacementOf(held, call);
        if (other) return other.credential;
        // That another use has come to nothing says little of this one: it is looked into now, unless it was before.
        if (this.#renewals.isUncured(use)) throw refusal;
        return this.renew(call, operation, refused, refusal);
      }
      case 'dead':
      case 'doubtful':
      case 'outdated': {
        const other = await this.#replace(held, verdict, call, use);
        if (!other) throw refusal;
        return other.credential;
      }
    }
  }

  /** True while something is remembered that bounds what asking may cost. */
  isBounding(): boolean {
    return this.#holder.isBounding() || this.#renewals.isBounding();
  }

  async #replace(held: Held, taken: Suspicion, call: Call, use: string): Promise<Held | undefined> {
    if (taken === 'outdated') this.#renewals.look(use);
    else this.#renewals.begin(use, held.credential);
    try {
      this.#holder.suspect(held, taken, call);
      return await this.#holder.replacementOf(held, call);
    } catch (error) {
      // A look that failed is not repeated by each request: the next renewal reads the secret too.
      if (taken !== 'outdated') this.#renewals.failed(use);
      throw error;
    }
  }
}

/** Whether a renewal that failed may succeed at the next try, so that the old credential may be used meanwhile. */
function isForLater(error: unknown): error is Failure {
  return error instanceof Failure && error.retry && error.name !== 'InternalError';
}
