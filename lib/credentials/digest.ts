import { randomBytes } from 'node:crypto';
import type { Authorization, Obtained } from './credential.ts';
import { type Challenge, readChallenge } from './digest-challenge.ts';
import { digestHeader } from './digest-header.ts';
import type { Secret } from './secret.ts';

/** A challenge with the number of requests that its nonce was used for. */
interface Nonce {
  readonly challenge: Challenge;
  count: number;
}

/**
 * An API key: HTTP Digest (RFC 7616). A request goes with a nonce that Atlas took before, where there is one, and answers
 * one challenge: one trip where Atlas lets nonces be used again, two where it does not. A nonce is used again only once
 * Atlas has taken it: whoever came between could spend it before the request that it was given for.
 */
export class ApiKeyCredential implements Obtained {
  readonly kind = 'api-key';
  readonly baseUrl: string;
  readonly renewAt = Number.POSITIVE_INFINITY;
  readonly expiresAt = Number.POSITIVE_INFINITY;
  readonly #key: Secret;
  #nonce: Nonce | undefined;

  constructor(baseUrl: string, key: Secret) {
    this.baseUrl = baseUrl;
    this.#key = key;
  }

  authorize(method: string, path: string): Authorization {
    const header = this.#nonce && this.#sign(method, path, this.#nonce);
    return { header, answer: (headers) => this.#answer(method, path, readChallenge(headers)), accepted: () => {} };
  }

  /** Whatever the first 401 says of `stale`: a second one, to the answer with a nonce just given, is the refusal. */
  #answer(method: string, path: string, challenge: Challenge | undefined): Authorization | undefined {
    if (!challenge) return undefined;
    const nonce = { challenge, count: 0 };
    return {
      header: this.#sign(method, path, nonce),
      answer: () => undefined,
      accepted: () => {
        this.#nonce = nonce;
      },
    };
  }

  #sign(method: string, uri: string, nonce: Nonce): string {
    nonce.count += 1;
    const { id: username, secret: password } = this.#key;
    const { challenge, count } = nonce;
    const cnonce = randomBytes(16).toString('base64url');
    return digestHeader({ username, password, method, uri, challenge, count, cnonce });
  }
}
