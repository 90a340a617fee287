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

/** Makes a credential of a secret, and of the one that took its place where Atlas refuses it. */
export class SecretExchange {
  readonly #options: SourceOptions;
  /** The secret that Atlas refused, and that was still the same when it was read again. */
  #refused: Secret | undefined;

  constructor(options: SourceOptions) {
    this.#options = options;
  }

  /**
   * A credential from this secret.
   * @param isLate whether another one is being made since, from a secret read later: this one is kept by nobody
   * @throws {Failure} `AtlasUnauthorized` where Atlas refuses the secret as it is now, and whatever reading and obtaining throw
   */
  async credentialFrom(
    first: Secret,
    call: Call,
    isLate: () => boolean,
  ): Promise<Pick<Held, 'credential' | 'secret' | 'renewAt'>> {
    const { obtain, read } = this.#options;
    let secret = first;
    for (let tried = 1; ; tried += 1) {
      try {
        const credential = await obtain(secret, call);
        return { credential, secret, renewAt: credential.renewAt };
      } catch (error) {
        if (!isRefusal(error) || isSameSecret(secret, this.#refused) || tried >= MOST_TRIES) throw error;
        if (isLate()) throw error;
        // It may have been rotated since it was read.
        const anew = await read(call);
        if (isSameSecret(anew, secret)) {
          this.#refused = secret;
          throw error;
        }
        if (isLate()) throw error;
        assertServes(anew, call);
        secret = anew;
      }
    }
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Failure && error.name === 'AtlasUnauthorized';
}
