import { createHash } from 'node:crypto';
import type { Algorithm, Challenge } from './digest-challenge.ts';

interface DigestParts {
  readonly username: string;
  readonly password: string;
  readonly method: string;
  /** Path with query, exactly as in the request line. */
  readonly uri: string;
  readonly challenge: Challenge;
  /** How many requests this one makes with the nonce, from 1. */
  readonly count: number;
  readonly cnonce: string;
}

const HASH: Readonly<Record<Algorithm, string>> = { MD5: 'md5', 'SHA-256': 'sha256' };

/** The value of the `Authorization` header that answers a Digest challenge with `qop=auth` (RFC 7616 section 3.4). */
export function digestHeader({ username, password, method, uri, challenge, count, cnonce }: DigestParts): string {
  const { realm, nonce, opaque, algorithm } = challenge;
  const hash = (text: string) => createHash(HASH[algorithm]).update(text).digest('hex');
  const nc = count.toString(16).padStart(8, '0');
  const a1 = hash(`${username}:${realm}:${password}`);
  const a2 = hash(`${method}:${uri}`);
  const response = hash(`${a1}:${nonce}:${nc}:${cnonce}:auth:${a2}`);
  const parameters = [
    `username=${quote(username)}`,
    `realm=${quote(realm)}`,
    `uri=${quote(uri)}`,
    `algorithm=${algorithm}`,
    `nonce=${quote(nonce)}`,
    `nc=${nc}`,
    `cnonce=${quote(cnonce)}`,
    'qop=auth',
    `response=${quote(response)}`,
    ...(opaque === undefined ? [] : [`opaque=${quote(opaque)}`]),
  ];
  return `Digest ${parameters.join(', ')}`;
}

/** RFC 9110 section 5.6.4. */
function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
