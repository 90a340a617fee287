import type { Call } from '../call.ts';
import type { Clock } from '../clock.ts';
import { Failure } from '../failures.ts';
import type { Obtained } from './credential.ts';
import { assertServes, type Held } from './held.ts';
import { isSameSecret, type Secret } from './secret.ts';

/** A secret that changes under our hands is tried so many times for one credential. */
const MOST_TRIES = 3;

export interface SourceOptions {
  readonly clock: Clock;
  /** Reads the secret anew. */
  readonly read: (call: Call) => Promise<Secret>;
  /** Makes a credential of it. */
  readonly obtain: (secret: Secret, call: Call) => Promise<Obtained>;
}

/** What a new credential is for. */
export interface Purpose {
  /** The credential that was refused, where it takes the place of one. */
  readonly replacing: Held | undefined;
  /** Another credential is worth having though the secret is still the same. */
  sameSecret: boolean;
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
   * A credential from this secret; `replacing` itself, where another one would be no better.
   * @throws {Failure} `AtlasUnauthorized` where Atlas refuses the secret as it is now, and whatever reading and obtaining throw
   */
  async credentialFrom(first: Secret, call: Call, purpose: Purpose): Promise<Held> {
    const { replacing, sameSecret } = purpose;
    if (replacing && !sameSecret && isSameSecret(first, replacing.secret)) return replacing;
    const { obtain, read } = this.#options;
    let secret = first;
    for (let tried = 1; ; tried += 1) {
      try {
        const credential = await obtain(secret, call);
        const { renewAt } = credential;
        this.#count += 1;
        return { credential, secret, number: this.#count, renewAt, accepted: new Set() };
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
}

function isRefusal(error: unknown): boolean {
  return error instanceof Failure && error.name === 'AtlasUnauthorized';
}
