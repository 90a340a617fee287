/** The at sign, also as a URL holds it, and as JSON may, also within JSON (RFC 8259 section 7). */
export const AT = /(@|%40|\\{1,8}u0040)/i;
const QUOTE_BEFORE_AT = new RegExp(`"${AT.source}`, 'i');
const AT_HERE = new RegExp(AT.source, 'iy');
/** The last backslash that begins no escaped character of JSON (RFC 8259 section 7), and what is before it. */
const UP_TO_BACKSLASH = /^.*\\(?!\\{0,7}u[0-9a-f]{4})/is;
/** A first character, also where it is escaped. */
const INITIAL = /^(?:\\{1,8}u[0-9a-f]{4}|.)/isu;
/** What stands between two texts of JSON, or between two words. */
const BETWEEN = /^[\s,:{}[\]]*$/;
/** How often JSON is within JSON, at the most. */
const DEEPEST = 8;
const WORD = /[\p{L}\p{N}]/u;
const PAUSE = /[\s,:;)}\]]/;

/** Hides a name at the end of the text, before an at sign; the scope of a package in the path of a stack trace is none. */
export function maskName(text: string): string {
  const before = UP_TO_BACKSLASH.exec(text)?.[0] ?? '';
  const name = text.slice(before.length);
  return name.endsWith('node_modules/') ? text : before + initial(name);
}

/**
 * Hides the names between quotes before at signs: `"john doe"@example.com` (RFC 5321 section 4.1.2, Quoted-string). The
 * quotes may be escaped as in JSON, and those within a name are once more.
 */
export function maskQuotedNames(text: string): string {
  if (!QUOTE_BEFORE_AT.test(text)) return text;
  const masked: string[] = [];
  let end = text.length;
  // From the last: a name may have something like an address within it.
  for (const name of quotedNames(text).toReversed()) {
    if (name.end > end) continue;
    masked.push(text.slice(name.end, end), initial(text.slice(name.start, name.end)));
    end = name.start;
  }
  return [...masked, text.slice(0, end)].toReversed().join('');
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** What seem to be quoted names, by their ends. Each may be within a later one, but they don't overlap otherwise. */
function quotedNames(text: string): Stretch[] {
  const names: Stretch[] = [];
  /** The last quote so far that is escaped so often, or less often. */
  const last: (Quote | undefined)[] = Array(DEEPEST + 1).fill(undefined);
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) {
    const quote = quoteAt(text, at);
    const opening = last[quote.depth];
    AT_HERE.lastIndex = at + 1;
    if (opening !== undefined && AT_HERE.test(text)) {
      const name = { start: opening.at + 1, end: at - (2 ** quote.depth - 1) };
      if (isName(text.slice(name.start, name.end), opening)) names.push(name);
    }
    last.fill(quote, quote.depth);
  }
  return names;
}

interface Quote {
  readonly at: number;
  /** What comes before it and its backslashes. */
  readonly before: string;
  /** How often it is escaped: once is one backslash, twice are three, beside two or four for each that is in the text. */
  readonly depth: number;
}

function quoteAt(text: string, at: number): Quote {
  let backslashes = 0;
  while (text.charAt(at - backslashes - 1) === '\\') backslashes += 1;
  // That many of the lowest bits are set.
  const depth = 31 - Math.clz32(backslashes ^ (backslashes + 1));
  return { at, before: text.charAt(at - backslashes - 1), depth: Math.min(depth, DEEPEST) };
}

/** The quote before an at sign may be the first of what follows, such as the name of a package: no name is before it then. */
function isName(text: string, opening: Quote): boolean {
  const closesAnother = WORD.test(opening.before) && PAUSE.test(text.charAt(0));
  return !BETWEEN.test(text) && !closesAnother;
}

function initial(name: string): string {
  return name === '' ? '' : `${INITIAL.exec(name)?.[0]}***`;
}
