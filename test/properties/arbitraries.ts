import fc from 'fast-check';

type Path = readonly (string | number)[];

/** Where a value can be damaged: the place of everything inside it, and of itself. */
function places(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...at, key]))];
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value))
    return value.map((inner, index) => (`${index}` === key ? replaced(inner, rest, by) : inner));
  // Also where the key is __proto__, and the place not there.
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, name === key ? replaced(inner, rest, by) : inner]),
  );
}

/**
 * Any code point, every other one of ASCII; also half of a surrogate pair. What fast-check itself has for it (`binary`) lists all
 * million of them first, which takes a second.
 */
export const codePoint = fc
  .oneof(fc.nat({ max: 0x7f }), fc.nat({ max: 0x10ffff }))
  .map((code) => String.fromCodePoint(code));

/** Text as an attacker writes it: control characters, lone surrogates, paths, prototype keys, markup. */
export const hostileText = fc.oneof(
  fc.string({ unit: codePoint, maxLength: 30 }),
  fc.constantFrom(
    '',
    '..',
    '../..',
    '%2e%2e%2f',
    '\r\nX: 1',
    '\0',
    '\ud800',
    '__proto__',
    'constructor',
    'null',
    '{',
    '[]',
  ),
);

/** Anything that JSON can hold, and what a test's own code could hand over. */
export const hostileValue = fc.oneof(
  hostileText,
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(undefined, null, Number.NaN, -1, 1e308, true),
  fc.constant(JSON.parse('{"__proto__":{"dryRun":false},"constructor":{"prototype":1}}')),
);

/** A value with up to three of its parts replaced by anything, at any depth; sometimes nothing of it is left. */
export function damaged(value: unknown): fc.Arbitrary<unknown> {
  const damage = fc.tuple(fc.constantFrom(...places(value)), hostileValue);
  const part = fc
    .array(damage, { maxLength: 3 })
    .map((all) => all.reduce<unknown>((left, [at, by]) => replaced(left, at.map(String), by), value));
  return fc.oneof({ arbitrary: part, weight: 9 }, { arbitrary: hostileValue, weight: 1 });
}
