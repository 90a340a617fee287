/** What looks like an e-mail address inside a longer text; `%40` is the at sign in a URL. Linear: each part is bounded. */
const ADDRESS = /([^\s"'<>()[\],;:=/@%]{1,64})(@|%40)([a-z0-9.-]{1,253})/gi;

/** Credentials that must never be written: Atlas secrets and JSON Web Tokens by their form, header values by their scheme. */
const CREDENTIAL =
  /mdb_sa_sk_[\w-]{1,200}|\beyJ[\w-]{1,9000}(?:\.[\w-]{0,9000}){0,2}|\b(Bearer|Basic|Digest)\s+[^\s"',][^\r\n"']{0,9000}/gi;

/**
 * Hides the persons in a text: `ann@example.com` becomes `a***@example.com`. The domain stays, since whoever reads the
 * log must be able to tell a wrong address list from a right one.
 */
export function maskAddresses(text: string): string {
  return text.replace(
    ADDRESS,
    (_, local: string, at: string, domain: string) => `${local.slice(0, 1)}***${at}${domain}`,
  );
}

/** Hides persons and credentials in a text of unknown origin, such as the stack of an unexpected error. */
export function redact(text: string): string {
  return maskAddresses(
    text.replace(CREDENTIAL, (found, scheme?: string) => (scheme ? `${scheme} ***` : `${found.slice(0, 3)}***`)),
  );
}

/** {@link maskAddresses} for every string inside a JSON value. Keys are Atlas's own words and stay. */
export function maskJson(value: unknown): unknown {
  if (typeof value === 'string') return maskAddresses(value);
  if (Array.isArray(value)) return value.map(maskJson);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, maskJson(inner)]));
  }
  return value;
}
