import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact, redactJson } from '../../lib/mask.ts';
import { codePoint } from './arbitraries.ts';

const X = 'x'.repeat(40);

/** What must not be read afterwards, and the texts in which it stands. */
const PLANTED: readonly (readonly [what: string, text: string, hidden: string])[] = [
  ['an address', 'quentin.zw@example.com', 'uentin'],
  ['an address in a URL', 'quentin.zw%40example.com', 'uentin'],
  ['a client secret', `mdb_sa_sk_${X}`, 'xxx'],
  ['a long client secret', `mdb_sa_sk_${'x'.repeat(1_000)}`, 'xxx'],
  ['a token', `eyJ${X}.eyJ${X}.${X}`, 'xxx'],
  ['a token in its header', `Bearer eyJ${X}.eyJ${X}.${X}`, 'xxx'],
  ['an opaque token in its header', `Bearer ${X}`, 'xxx'],
  ['a secret in its header', `Basic ${X}==`, 'xxx'],
  ['an id and a secret in base64', Buffer.from(`mdb_sa_id_0:mdb_sa_sk_${X}`).toString('base64'), 'eHh4'],
  ['a secret in base64', Buffer.from(`mdb_sa_sk_${X}`).toString('base64'), 'eHh4'],
  ['an answer to a challenge', 'Digest username="xxxx", response="xxxx"', 'xxx'],
];

const context = fc.oneof(
  fc.string({ unit: codePoint, maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(
    '\\n',
    '%22',
    '"',
    "'",
    '=',
    '{"a":"',
    'a',
    'Z',
    '_',
    '-',
    '0',
    '.',
    '/',
    'token=',
    'Bearer',
    'é',
    '\ud800',
  ),
);
/** What would make the planted part end elsewhere than it does. */
const after = context.filter((text) => !text.includes('x'));

describe.each(PLANTED)('%s', (_, text, hidden) => {
  it('is hidden, whatever stands before and after it', () => {
    fc.assert(
      fc.property(context, after, (before, behind) => {
        fc.pre(!before.includes(hidden) && !behind.includes(hidden));
        expect(redact(`${before}${text}${behind}`)).not.toContain(hidden);
      }),
      { numRuns: 300 },
    );
  });

  it('is hidden wherever it stands in JSON, as a value and as a key', () => {
    const json = fc.jsonValue({ maxDepth: 4 }).filter((value) => !JSON.stringify(value).includes(hidden));
    fc.assert(
      fc.property(json, context, (value, before) => {
        fc.pre(!before.includes(hidden));
        const planted = { [before + text]: [value, { inner: before + text }, text] };
        expect(JSON.stringify(redactJson(planted))).not.toContain(hidden);
      }),
      { numRuns: 100 },
    );
  });
});
