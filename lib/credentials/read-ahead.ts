import type { Secret } from './secret.ts';
import type { ReadSecret } from './secret-reader.ts';

/** A reader that can read one secret before anyone asks for it. Whoever asks first gets that; from then on all is read anew. */
export class ReadAhead {
  readonly #read: ReadSecret;
  #ahead: { readonly secretId: string; readonly secret: Secret } | undefined;

  constructor(read: ReadSecret) {
    this.#read = read;
  }

  /**
   * Reads the secret, and keeps it for the first who asks.
   * @throws {Failure} see {@link ReadSecret}
   */
  async begin(secretId: string, milliseconds: number): Promise<Secret> {
    const secret = await this.#read(secretId, milliseconds);
    this.#ahead = { secretId, secret };
    return secret;
  }

  /** See {@link ReadSecret}. */
  readonly read: ReadSecret = async (secretId, milliseconds) => {
    const ahead = this.#ahead;
    if (ahead?.secretId !== secretId) return this.#read(secretId, milliseconds);
    this.#ahead = undefined;
    return ahead.secret;
  };
}
