import type { Clock } from '../clock.ts';
import type { Secret } from './secret.ts';
import type { ReadSecret } from './secret-reader.ts';

/** A process may be initialised long before its first request comes: by then the secret may be another. */
const LONGEST_MILLISECONDS = 5_000;

/**
 * A reader that can read one secret before anyone asks for it. Whoever asks first gets that, if it is there and not old; from
 * then on all is read anew, since whoever asks again has been refused with what he got.
 */
export class ReadAhead {
  readonly #read: ReadSecret;
  readonly #clock: Clock;
  #ahead: { readonly secretId: string; readonly secret: Secret; readonly readAt: number } | undefined;
  #asked = false;

  constructor(read: ReadSecret, clock: Clock) {
    this.#read = read;
    this.#clock = clock;
  }

  /**
   * Reads the secret, and keeps it for the first who asks, unless someone has by then.
   * @throws {Failure} see {@link ReadSecret}
   */
  async begin(secretId: string, milliseconds: number): Promise<Secret> {
    const readAt = this.#clock.now();
    const secret = await this.#read(secretId, milliseconds);
    if (!this.#asked) this.#ahead = { secretId, secret, readAt };
    return secret;
  }

  /** See {@link ReadSecret}. */
  readonly read: ReadSecret = async (secretId, milliseconds) => {
    const ahead = this.#ahead;
    this.#asked = true;
    this.#ahead = undefined;
    const isGood = ahead?.secretId === secretId && this.#clock.now() - ahead.readAt < LONGEST_MILLISECONDS;
    return isGood ? ahead.secret : this.#read(secretId, milliseconds);
  };
}
