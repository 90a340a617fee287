import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskAddresses, maskParts, mayNeedMask, redact, redactJson } from '../lib/mask.ts';

const SECRET = `mdb_sa_sk_${'x'.repeat(40)}`;
const ID = `mdb_sa_id_${'0'.repeat(24)}`;
const TOKEN = `eyJ${'x'.repeat(40)}.eyJ${'y'.repeat(40)}.${'z'.repeat(80)}`;

const unicodeEscape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

describe('maskAddresses', () => {
  it.each([
    ['ann@example.com', 'a***@example.com'],
    ['No user with ann.b+c@example.com exists.', 'No user with a***@example.com exists.'],
    ['"ann@example.com"', '"a***@example.com"'],
    ['<ann@example.com>, <bob@example.com>', '<a***@example.com>, <b***@example.com>'],
    ['mailto:ann@example.com', 'mailto:a***@example.com'],
    ["o'brien@example.com", 'o***@example.com'],
    ['ann/sales=eu%west@example.com', 'a***@example.com'],
    ['bounce+ann=example.com@lists.example.com', 'b***@lists.example.com'],
    ['username=ann%40example.com&pageNum=1', 'u***%40example.com&pageNum=1'],
    ['ANN%40EXAMPLE.COM', 'A***%40EXAMPLE.COM'],
    ['élise@example.com', 'é***@example.com'],
    ['ann@bücher.example', 'a***@bücher.example'],
    ['ann@bob@example.com', 'a***@b***@example.com'],
    [`${'a'.repeat(300)}@example.com`, 'a***@example.com'],
    ['"john doe"@example.com', '"j***"@example.com'],
    ['No user with "john doe"@example.com exists.', 'No user with "j***"@example.com exists.'],
    ['<"doe, john"@example.com>', '<"d***"@example.com>'],
    ['said"john doe"@example.com', 'said"j***"@example.com'],
    ['"john @ work"@example.com', '"j***"@example.com'],
    ['"john@work place"@example.com', '"j***"@example.com'],
    [String.raw`"john \"jo\" doe"@example.com`, '"j***"@example.com'],
    [String.raw`"john \\"@example.com`, '"j***"@example.com'],
    [String.raw`"john \" \\"@example.com`, '"j***"@example.com'],
    ['"john doe"%40example.com', '"j***"%40example.com'],
    [String.raw`ann\u0040example.com`, String.raw`a***\u0040example.com`],
    [String.raw`ann\\u0040example.com`, String.raw`a***\\u0040example.com`],
    [String.raw`\nann\u0040example.com`, String.raw`\n***\u0040example.com`],
    [String.raw`andr\u00e9@example.com`, 'a***@example.com'],
    [String.raw`\u00e9lise\u0040example.com`, String.raw`\u00e9***\u0040example.com`],
    [String.raw`\u003cann@example.com\u003e`, String.raw`\u003c***@example.com\u003e`],
  ])('%s is written as %s', (text, masked) => {
    expect(maskAddresses(text)).toBe(masked);
  });

  it.each([
    'no address in here',
    '@example.com',
    '""@example.com',
    'Cannot find "@middy/core" or "@middy/util".',
    '{"scope":"@middy","more": ["", "@middy", 1, "@middy"]}',
    'at Object.<anonymous> (file:///var/task/node_modules/@middy/core/index.js:12:3)',
    'arn:aws:lambda:eu-west-1:123456789012:function:uninvite',
    '5f0a11ce0000000000000003',
  ])('%s stays as it is', (text) => {
    expect(maskAddresses(text)).toBe(text);
  });

  it('hides the name in every address that HTML accepts, wherever it stands', () => {
    const atext = fc.constantFrom(..."abcXYZ019.!#$%&'*+/=?^_`{|}~-");
    const local = fc
      .string({ unit: atext, minLength: 1, maxLength: 100 })
      .filter((text) => !/%40|node_modules\/$/i.test(text));
    fc.assert(
      fc.property(local, fc.constantFrom(' ', '"', '<', ',', ';', '\n', ':'), (name, before) => {
        expect(maskAddresses(`said${before}${name}@example.com today`)).toBe(
          `said${before}${name.charAt(0)}***@example.com today`,
        );
      }),
    );
  });

  it('hides the name in every address with a quoted name, as it is and within JSON, and within JSON again', () => {
    const character = fc.oneof(fc.constantFrom('\\\\', '\\"', '\\ ', '@', ' ', ',', ':'), fc.constantFrom(...'bcdefg'));
    const quoted = fc
      .array(character, { maxLength: 30 })
      .map((characters) => `"zyx${characters.join('')}"@example.com`);
    const levels = fc.integer({ min: 0, max: 2 });
    const before = fc.constantFrom('', 'said ', '<', 'said', 'Cannot find "@middy/core" or ');
    fc.assert(
      fc.property(quoted, levels, before, (address, level, start) => {
        let text = `${start}${address}`;
        for (let times = 0; times < level; times += 1) text = JSON.stringify(text);
        expect(maskAddresses(text)).not.toContain('zy');
      }),
      { numRuns: 1_000 },
    );
  });

  it('leaves JSON what it is', () => {
    const text = JSON.stringify({
      [`"john \\"jo\\" doe"@example.com`]: ['ann@example.com', '@middy/core', 'a\nb@example.com'],
    });
    expect(JSON.parse(maskAddresses(text))).toEqual({
      '"j***"@example.com': ['a***@example.com', '@middy/core', expect.stringContaining('***@example.com')],
    });
  });

  it('takes time in proportion to the text, not to its square', () => {
    const text = 'a'.repeat(5_000_000);
    const startedAt = performance.now();
    expect(maskAddresses(text)).toBe(text);
    expect(performance.now() - startedAt).toBeLessThan(2_000); // 25 million million steps would be hours.
  });

  it.each(['a', '"', '\\', '\\"', '" ', '"@', '\\u0040', '\\\\u0040', '\\u00e9', '\\u', '"\\u0040', '"a"@'])(
    'takes such time of a text that is full of %j, too',
    (pump) => {
      const text = `"${pump.repeat(150_000)}"@ `;
      const before = process.threadCpuUsage();
      maskAddresses(text);
      expect(process.threadCpuUsage(before).user / 1000).toBeLessThan(2_000);
    },
  );
});

describe('maskParts', () => {
  it.each([
    ['arn:aws:sts::1:assumed-role/admin/ann@example.com', 'arn:aws:sts::1:assumed-role/admin/a***@example.com'],
    ['ann@example.com/bob@example.com', 'a***@example.com/b***@example.com'],
    ['arn:aws:iam::1:user/ann', 'arn:aws:iam::1:user/ann'],
  ])('writes %s as %s', (path, masked) => {
    expect(maskParts(path)).toBe(masked);
  });
});

describe('redact', () => {
  it.each([
    [`the secret ${SECRET}.`, 'the secret mdb***.'],
    [`token ${TOKEN}`, 'token eyJ***'],
    [`authorization: Bearer ${TOKEN}`, 'authorization: Bearer ***'],
    [`authorization: Bearer ${'x'.repeat(40)}`, 'authorization: Bearer ***'],
    [`Basic ${Buffer.from(`mdb_sa_id_0:${SECRET}`).toString('base64')} was refused`, 'Basic *** was refused'],
    ['Digest username="key", response="00000000000000000000000000000000"', 'Digest ***'],
    ['response="00000000000000000000000000000000", nc=00000001', 'response ***", nc=00000001'],
    ['bearer eyJx and ann@example.com', 'bearer eyJ*** and a***@example.com'],
  ])('%s', (text, redacted) => {
    expect(redact(text)).toBe(redacted);
  });

  it.each([
    'Basic authentication is not enabled.',
    'Basic: authentication is not enabled.',
    'Bearer of bad news',
    'Digest is a legacy method',
    'No response for the organization 5f0a11ce0000000000000003 in time.',
    'Unknown client mdb_sa_id_000000000000000000000000.',
  ])('leaves words as they are: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  const ENCODINGS: [string, (text: string) => string][] = [
    ['as it is', (text) => text],
    ['without its padding', (text) => text.replaceAll('=', '')],
    ['for URLs', (text) => text.replaceAll('+', '-').replaceAll('/', '_')],
    ['percent-encoded', encodeURIComponent],
    ['percent-encoded twice', (text) => encodeURIComponent(encodeURIComponent(text))],
    ['in JSON with its slashes escaped', (text) => text.replaceAll('/', '\\/')],
    ['in JSON with all but letters escaped', (text) => text.replace(/\W/g, unicodeEscape)],
    ['in JSON within JSON', (text) => JSON.stringify(text.replace(/\W/g, unicodeEscape)).slice(1, -1)],
  ];

  describe.each(ENCODINGS)('credentials in base64, %s', (_, encode) => {
    it.each<[string, (base64: string) => string]>([
      ['alone', (base64) => base64],
      ['in a sentence', (base64) => `Unknown client ${base64}.`],
      ['as a header', (base64) => `Basic ${base64}`],
      ['after a colon', (base64) => `Basic: ${base64}`],
      ['in a URL', (base64) => `?authorization=Basic%20${base64}&x=1`],
      ['in JSON', (base64) => `{"scheme":"Basic","value":"${base64}"}`],
      ['after an escaped character', (base64) => `\\n${base64}`],
    ])('%s are hidden, the secret by itself and within a text, too', (_, say) => {
      // `>` and `?` make the `+` and `/` of base64, which are the characters that are escaped.
      const marked = `${SECRET}>>>???`;
      for (const text of [marked, `${ID}:${marked}`, `a${marked}`, `aa${ID}:${marked}`]) {
        const said = say(encode(Buffer.from(text).toString('base64')));
        // Three letters x, and three question marks, wherever their groups of three begin.
        expect(redact(said)).not.toMatch(/eHh4|h4eH|4eHh|Pz8|8\/P|\/Pz/);
      }
    });

    it('are hidden without a form that is known, where their scheme stands before them', () => {
      for (const scheme of ['Basic ', 'Basic: ', 'Basic%20', 'Basic+', 'basic="', 'Basic\\t']) {
        const said = scheme + encode(Buffer.from(`own-client:${'x'.repeat(40)}`).toString('base64'));
        expect(redact(said)).not.toContain('eHh4');
      }
    });
  });

  it.each<[string, (response: string) => string]>([
    ['in a header', (response) => `Digest username="key", response="${response}"`],
    ['without its scheme', (response) => `username="key", qop=auth, response="${response}", opaque="x"`],
    ['without quotes', (response) => `response=${response}`],
    ['in JSON', (response) => JSON.stringify({ username: 'key', response })],
    ['in JSON within JSON', (response) => JSON.stringify(JSON.stringify({ response }))],
    ['escaped in JSON', (response) => `response\\u003d\\u0022${response}\\u0022`],
    ['in a URL', (response) => encodeURIComponent(`Digest username="key", response="${response}"`)],
    ['in a URL within a URL', (response) => encodeURIComponent(encodeURIComponent(`response="${response}"`))],
    ['in a sentence', (response) => `The response ${response} is wrong.`],
  ])('hides the proof of an API key, with MD5 and with SHA-256: %s', (_, say) => {
    for (const length of [32, 64]) expect(redact(say('d'.repeat(length)))).not.toContain('dddd');
  });
});

describe('redactJson', () => {
  it('reaches every string and every key, and keeps all other values', () => {
    expect(redactJson({ a: ['ann@example.com', 1, null, true], 'bob@example.com': { c: SECRET } })).toEqual({
      a: ['a***@example.com', 1, null, true],
      'b***@example.com': { c: 'mdb***' },
    });
  });

  it('keeps a __proto__ from JSON as plain data', () => {
    const masked = redactJson(JSON.parse('{"__proto__":{"polluted":"ann@example.com"}}'));
    expect(JSON.stringify(masked)).toBe('{"__proto__":{"polluted":"a***@example.com"}}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('survives nesting beyond all measure', () => {
    const lists: unknown = JSON.parse(`${'['.repeat(50_000)}"ann@example.com"${']'.repeat(50_000)}`);
    expect(JSON.stringify(redactJson(lists))).toBe(`${'['.repeat(16)}"***"${']'.repeat(16)}`);
    const objects: unknown = JSON.parse(`${'{"a":'.repeat(50_000)}"ann@example.com"${'}'.repeat(50_000)}`);
    expect(JSON.stringify(redactJson(objects))).toBe(`${'{"a":'.repeat(16)}"***"${'}'.repeat(16)}`);
  });
});

describe('mayNeedMask', () => {
  const piece = fc.constantFrom(
    'ann@example.com',
    'ANN%40',
    'ann\\u0040',
    '"ann b"@',
    SECRET,
    TOKEN,
    'Basic ',
    'digest a=',
    'BEARER ',
    Buffer.from(`${ID}:${SECRET}`).toString('base64'),
    Buffer.from(`x${SECRET}`).toString('base64'),
    Buffer.from(`xx${SECRET}`).toString('base64'),
    'response=',
    'd'.repeat(32),
    'x'.repeat(16),
    '"',
    '\n',
    '/',
  );

  it('overlooks nothing that redact would hide, also within JSON', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
        const text = pieces.join('');
        if (redact(text) === text) return;
        expect(mayNeedMask(text)).toBe(true);
        expect(mayNeedMask(JSON.stringify({ askedBy: text }))).toBe(true);
      }),
    );
  });

  it('spares what callers usually are', () => {
    expect(mayNeedMask('arn:aws:sts::123456789012:assumed-role/caller/session')).toBe(false);
  });
});
