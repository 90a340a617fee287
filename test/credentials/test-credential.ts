import type { Authorization, Obtained } from '../../lib/credentials/credential.ts';

const AHEAD_MILLISECONDS = 300_000;

/** A token as Atlas knows it. */
export interface Token {
  readonly secret: number;
  readonly expiresAt: number;
  revoked: boolean;
}

/** A credential that shows which exchange it came from. */
export class TestCredential implements Obtained {
  readonly kind = 'service-account';
  readonly baseUrl = 'https://cloud.mongodb.com';
  readonly token: Token;
  /** Which exchange it came from, in the order in which they began. */
  readonly order: number;
  readonly expiresAt: number;
  readonly renewAt: number;

  constructor(token: Token, order: number) {
    this.token = token;
    this.order = order;
    this.expiresAt = token.expiresAt;
    this.renewAt = token.expiresAt - AHEAD_MILLISECONDS;
  }

  authorize(): Authorization {
    return { header: 'Bearer x', answer: () => undefined, accepted: () => {} };
  }
}
