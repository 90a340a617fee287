import type { Call } from '../call.ts';
import type { Clock } from '../clock.ts';
import { Failure } from '../failures.ts';
import type { Obtained } from './credential.ts';
import { assertServes, type Held } from './held.ts';
import { RENEWAL_MILLISECONDS } from './renewals.ts';
import { isSameSecret, type Secret } from './secret.ts';

/** A secret that changes under our hands is tried so many times for one credential. */
const MOST_TRIES = 3;
/** A token that was minted in doubt is not followed by another from the same secret before so long, doubled each time. */
const FIRST_PAUSE_MILLISECONDS = RENEWAL_MILLISECONDS;
const LONGEST_PAUSE_MILLISECONDS = 900_000;

export interface SourceOptions {
  readonly clock: Clock;
  /** Reads the secret anew. */
  readonly read: (call: Call) => Promise<Secret>;
  /** Makes a credential of it. */
  readonly obtain: (secret: Secret, call: Call) => Promise<Obtained>;
}

/** What a new credential is for. */
export interface Purpose {
  /** The credential that it may replace, where that was refused but is not known to have died. */
  readonly doubted: Held | undefined;
  /** Another one is being made since, from a secret read later: this one is kept by nobody. */
  superseded: boolean;
}

/** Makes a credential of a secret, and of the one that took its place where Atlas refuses it. */
export class SecretExchange {
  readonly #options: SourceOptions;
  /** The secret that Atlas refused, and that was still the same when it was read again. */
  #refused: Secret | undefined;
  #count = 0;

  constructor(options: SourceOptions) {
    this.#options = options;
  }

  /** How many credentials were obtained. */
  get count(): number {
    return this.#count;
  }

  /**
   * A credential from this secret; `doubted` itself, where another one would be no better.
   * @throws {Failure} `AtlasUnauthorized` where Atlas refuses the secret as it is now, and whatever reading and obtaining throw
   */
  async credentialFrom(first: Secret, call: Call, purpose: Purpose): Promise<Held> {
    const { doubted } = purpose;
    if (doubted && this.#isPointless(doubted, first)) return doubted;
    const { clock, obtain, read } = this.#options;
    let secret = first;
    for (let tried = 1; ; tried += 1) {
      const obtainedAt = clock.now();
      try {
        const credential = await obtain(secret, call);
        const { renewAt } = credential;
        const doubts = doubted && isSameSecret(secret, doubted.secret) ? doubted.doubts + 1 : 0;
        this.#count += 1;
        return { credential, secret, number: this.#count, obtainedAt, doubts, renewAt, accepted: new Set() };
      } catch (error) {
        if (!isRefusal(error) || isSameSecret(secret, this.#refused) || tried >= MOST_TRIES) throw error;
        if (purpose.superseded) throw error;
        // It may have been rotated since it was read.
        const anew = await read(call);
        if (isSameSecret(anew, secret)) {
          this.#refused = secret;
          throw error;
        }
        if (purpose.superseded) throw error;
        assertServes(anew, call);
        secret = anew;
      }
    }
  }

  /**
   * An API key from the same secret is the same; a token from it may help, but each one counts against the 100 that a
   * service account may have (MongoDB docs, "MCP server rate limits").
   */
  #isPointless({ secret, doubts, obtainedAt, renewAt }: Held, anew: Secret): boolean {
    if (!isSameSecret(secret, anew)) return false;
    if (anew.kind === 'api-key') return true;
    const pause = Math.min(FIRST_PAUSE_MILLISECONDS * 2 ** (doubts - 1), LONGEST_PAUSE_MILLISECONDS);
    return doubts > 0 && this.#options.clock.now() < Math.min(obtainedAt + pause, renewAt);
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Failure && error.name === 'AtlasUnauthorized';
}
