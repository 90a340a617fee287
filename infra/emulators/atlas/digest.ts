import { createHash } from 'node:crypto';
import type { Answer } from '../loopback/answer.ts';
import type { ApiKey } from './api-key.ts';
import type { Settings } from './settings.ts';

const REALM = 'MMS Public API';

// Indented and in this order, unlike every other error: as recorded of Atlas (142 bytes).
const CHALLENGE_BODY = `{
  "error" : 401,
  "reason" : "Unauthorized",
  "detail" : "You are not authorized for this resource.",
  "errorCode" : "UNEXPECTED_ERROR"
}`;

interface Nonce {
  readonly issuedAt: number;
  readonly counts: Set<number>;
}

/** The server's side of HTTP Digest (RFC 7616) as Atlas plays it: MD5, qop=auth. */
export class Digest {
  readonly #nonces = new Map<string, Nonce>();
  readonly #keys: ReadonlyMap<string, ApiKey>;
  readonly #settings: Settings;
  readonly #clock: () => number;
  #issued = 0;

  constructor(keys: ReadonlyMap<string, ApiKey>, settings: Settings, clock: () => number) {
    this.#keys = keys;
    this.#settings = settings;
    this.#clock = clock;
  }

  /** A 401 with a new nonce. `stale` tells that only the nonce was wrong (RFC 7616, section 3.3). */
  challenge(stale = false): Answer {
    this.#issued += 1;
    // 24 bytes are the 32 base64 characters of a recorded nonce; hashed from a count, so that runs repeat.
    const nonce = createHash('sha256').update(`nonce ${this.#issued}`).digest().subarray(0, 24).toString('base64');
    this.#nonces.set(nonce, { issuedAt: this.#clock(), counts: new Set() });
    const header = `Digest realm="${REALM}", domain="", nonce="${nonce}", algorithm=MD5, qop="auth", stale=${stale}`;
    return {
      status: 401,
      headers: { 'Www-Authenticate': header, 'Content-Type': 'application/json' },
      body: CHALLENGE_BODY,
    };
  }

  /** The key that signed the request, or the challenge to answer with. */
  authenticate(authorization: string, method: string, target: string): ApiKey | Answer {
    const given = parameters(authorization);
    const key = this.#keys.get(given['username'] ?? '');
    if (!key || given['realm'] !== REALM || given['uri'] !== target || given['qop'] !== 'auth') return this.challenge();
    const { nonce = '', nc = '', cnonce = '' } = given;
    const a1 = md5(`${key.publicKey}:${REALM}:${key.privateKey}`);
    const a2 = md5(`${method}:${target}`);
    if (given['response'] !== md5(`${a1}:${nonce}:${nc}:${cnonce}:auth:${a2}`)) return this.challenge();
    return this.#use(nonce, nc) ? key : this.challenge(true);
  }

  /** Whether the nonce is ours, fresh, and not yet used with this count. */
  #use(nonce: string, nc: string): boolean {
    const known = this.#nonces.get(nonce);
    if (!known || !/^[0-9a-f]{8}$/i.test(nc)) return false;
    const { nonceReuse, nonceSeconds } = this.#settings.digest;
    const count = Number.parseInt(nc, 16);
    const expired = this.#clock() - known.issuedAt >= nonceSeconds * 1000;
    if (expired || known.counts.has(count) || count === 0) {
      if (expired) this.#nonces.delete(nonce);
      return false;
    }
    known.counts.add(count);
    if (!nonceReuse) this.#nonces.delete(nonce);
    return true;
  }
}

/** Parameters of an Authorization header: `name=token` or `name="quoted \"text\""`. */
function parameters(authorization: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = '', quoted, token] of authorization.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)) {
    found[name] = quoted === undefined ? (token ?? '') : quoted.replace(/\\(.)/g, '$1');
  }
  return found;
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
