import { AT, maskName, maskQuotedNames } from './local-part.ts';

/**
 * A stretch of text that can hold an address: all that an unquoted address may not contain ends it (RFC 5322 section 3.2.3),
 * but for the backslash, which may be the beginning of an escaped character.
 */
const STRETCH = /[^\s"<>()[\],;:]+/g;

/**
 * Credentials that must never be written: what Atlas's own begin with, as it is and in base64, JSON Web Tokens by their form,
 * header values by their scheme, and the proof in a Digest answer by its name.
 * No border is asked for before them: in escaped text (`\\n`, `%22`) there is a letter or a digit. Without one, a token must
 * be as long as the shortest real ones, or else every word that ends like "...keyJson" would be taken for its beginning.
 * In base64, `mdb_sa_` looks otherwise after one byte or two of a group of three (RFC 4648 section 4); what follows it may be
 * escaped as in a URL or in JSON.
 */
const CREDENTIAL = new RegExp(
  [
    /mdb_sa_sk_[\w-]{1,9000}/,
    /(?:bWRiX3NhX|1kYl9zYV9|tZGJfc2Ff)[\w+/=%\\-]{1,9000}/,
    /(?:\beyJ[\w-]|eyJ[\w-]{16})[\w-]{0,9000}(?:\.[\w-]{0,9000}){0,2}/,
    /(Bearer|Basic)(?:[\s:="'+\\]|%[0-9a-f]{2}){1,9}[\w.~+/%\\-]{16,9000}=*/,
    /(Digest)\s+\w+\s*=[^\r\n]{0,9000}/,
    /(response)[^\r\n]{1,24}?[0-9a-f]{32,9000}/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gi',
);

/** What is in every text that has an address or a credential in it, whatever stands around it. */
const SIGN = /@|%40|u0040|mdb_sa_sk_|bWRiX3NhX|1kYl9zYV9|tZGJfc2Ff|eyJ|bearer|basic|digest|response/i;

const DEEPEST = 16;

/** False where a text, also as JSON, has certainly nothing to hide: one search instead of one for each field. */
export function mayNeedMask(text: string): boolean {
  return SIGN.test(text);
}

/**
 * Hides the persons in a text: `ann@example.com` becomes `a***@example.com`. The domain stays, since whoever reads the
 * log must be able to tell a wrong address list from a right one.
 */
export function maskAddresses(text: string): string {
  // Most of what is logged holds nobody, and is spared the search.
  if (!AT.test(text)) return text;
  return maskQuotedNames(text).replace(STRETCH, (stretch) => {
    const parts = stretch.split(AT);
    return parts.map((part, at) => (at % 2 === 0 && at < parts.length - 1 ? maskName(part) : part)).join('');
  });
}

/**
 * {@link maskAddresses} for each part of a path or an ARN by itself, so that what comes before an address in it stays: the
 * session names of assumed roles are often addresses.
 */
export function maskParts(path: string): string {
  return AT.test(path) ? path.split('/').map(maskAddresses).join('/') : path;
}

/** Hides credentials in a text. */
export function maskCredentials(text: string): string {
  return text.replace(CREDENTIAL, (found, header?: string, digest?: string, proof?: string) => {
    const name = header ?? digest ?? proof;
    return name ? `${name} ***` : `${found.slice(0, 3)}***`;
  });
}

/** Hides persons and credentials in a text of unknown origin, such as the stack of an unexpected error. */
export function redact(text: string): string {
  return maskAddresses(maskCredentials(text));
}

/** {@link redact} for every string inside a JSON value, keys included. What is nested too deep to be meant is left out. */
export function redactJson(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === DEEPEST) return '***';
  return Array.isArray(value)
    ? value.map((inner) => redactJson(inner, depth + 1))
    : Object.fromEntries(Object.entries(value).map(([key, inner]) => [redact(key), redactJson(inner, depth + 1)]));
}
