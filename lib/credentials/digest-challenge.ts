import type { IncomingHttpHeaders } from 'node:http';

/** A Digest challenge that can be answered (RFC 7616 section 3.3). */
export interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  /** Returned as it came. */
  readonly opaque?: string;
  readonly algorithm: Algorithm;
}

export type Algorithm = 'MD5' | 'SHA-256';

const TOKEN = "[\\w!#$%&'*+.^`|~-]+";
/** `name=token`, `name="quoted"`, or the scheme that begins a challenge (RFC 9110 section 11.6.1). Linear: tokens begin at a border. */
const PART = new RegExp(
  `(?<=^|[\\s,])(${TOKEN})(?:\\s{0,9}=\\s{0,9}("(?:[^"\\\\]|\\\\.)*"|${TOKEN})|(?=\\s{1,9}${TOKEN}\\s{0,9}=))`,
  'g',
);
const LONGEST_FIELD = 4_096;

/**
 * The first challenge of an answer that can be answered: Digest with `qop=auth` and MD5, which Atlas asks for, or SHA-256,
 * which RFC 7616 prefers. The server puts first what it likes best (section 3.7).
 */
export function readChallenge(headers: IncomingHttpHeaders): Challenge | undefined {
  // Node types this header as text; an HTTP client hands over a list where it came more than once.
  const fields = [headers['www-authenticate'] ?? []].flat().filter((field) => field.length <= LONGEST_FIELD);
  for (const parameters of fields.flatMap(readDigestChallenges)) {
    const realm = parameters.get('realm');
    const nonce = parameters.get('nonce');
    const opaque = parameters.get('opaque');
    const algorithm = algorithmOf(parameters.get('algorithm') ?? 'MD5');
    const hasAuth = parameters
      .get('qop')
      ?.split(',')
      .some((option) => option.trim().toLowerCase() === 'auth');
    if (realm === undefined || nonce === undefined || algorithm === undefined || !hasAuth) continue;
    return { realm, nonce, algorithm, ...(opaque === undefined ? {} : { opaque }) };
  }
  return undefined;
}

function algorithmOf(name: string): Algorithm | undefined {
  const algorithms: readonly Algorithm[] = ['MD5', 'SHA-256'];
  return algorithms.find((algorithm) => algorithm === name.toUpperCase());
}

/** The parameters of each Digest challenge in a header field, which may hold several challenges. */
function readDigestChallenges(field: string): Map<string, string>[] {
  const digests: Map<string, string>[] = [];
  let parameters: Map<string, string> | undefined;
  for (const [, name = '', value] of field.matchAll(PART)) {
    if (value !== undefined) {
      parameters?.set(name.toLowerCase(), unquote(value));
      continue;
    }
    parameters = name.toLowerCase() === 'digest' ? new Map() : undefined;
    if (parameters) digests.push(parameters);
  }
  return digests;
}

function unquote(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}
