import { describe, expect, it } from 'vitest';
import { readChallenge } from '../../lib/credentials/digest-challenge.ts';
import { digestHeader } from '../../lib/credentials/digest-header.ts';

/** RFC 7616 section 3.9.1, "Example with SHA-256 and MD5". */
const RFC = {
  username: 'Mufasa',
  password: 'Circle of Life',
  method: 'GET',
  uri: '/dir/index.html',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  opaque: 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  challenge: (algorithm: string) =>
    `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="${RFC.nonce}", opaque="${RFC.opaque}"`,
};
const ATLAS =
  'Digest realm="MMS Public API", domain="", nonce="abcdefghijklmnopqrstuvwxyz012345", algorithm=MD5, qop="auth", stale=false';

function read(...fields: string[]) {
  // A field that comes more than once is handed over as a list, which the type of the headers does not know.
  return readChallenge({ 'www-authenticate': fields.length === 1 ? fields[0] : fields } as Record<string, string>);
}

function answerTo(field: string, parts: { uri?: string; count?: number } = {}): string {
  const challenge = read(field);
  if (!challenge) throw new Error('not answerable');
  const { username, password, method, uri, cnonce } = RFC;
  return digestHeader({ username, password, method, uri, cnonce, count: 1, challenge, ...parts });
}

describe('the Authorization header of HTTP Digest', () => {
  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('is that of RFC 7616 section 3.9.1 for %s', (algorithm, response) => {
    expect(answerTo(RFC.challenge(algorithm))).toBe(
      `Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm=${algorithm}, ` +
        `nonce="${RFC.nonce}", nc=00000001, cnonce="${RFC.cnonce}", qop=auth, response="${response}", opaque="${RFC.opaque}"`,
    );
  });

  it('counts in eight hexadecimal digits, and signs the count', () => {
    const [ninth, tenth] = [9, 10].map((count) => answerTo(ATLAS, { count }));
    expect(ninth).toContain('nc=00000009,');
    expect(tenth).toContain('nc=0000000a,');
    expect(/response="(\w+)"/.exec(ninth ?? '')?.[1]).not.toBe(/response="(\w+)"/.exec(tenth ?? '')?.[1]);
  });

  it('signs the path with its query', () => {
    const [bare, queried] = ['/users', '/users?username=a%40example.com'].map((uri) => answerTo(ATLAS, { uri }));
    expect(queried).toContain('uri="/users?username=a%40example.com"');
    expect(/response="(\w+)"/.exec(bare ?? '')?.[1]).not.toBe(/response="(\w+)"/.exec(queried ?? '')?.[1]);
  });

  it('quotes what a quoted string must not hold as it is, and signs it unquoted', () => {
    const header = answerTo('Digest realm="a \\"b\\" \\\\ c", nonce="n", qop="auth"');
    expect(header).toContain('realm="a \\"b\\" \\\\ c"');
    expect(read('Digest realm="a \\"b\\" \\\\ c", nonce="n", qop="auth"')?.realm).toBe('a "b" \\ c');
  });
});

describe('a challenge', () => {
  it('of Atlas is read as recorded', () => {
    expect(read(ATLAS)).toEqual({
      realm: 'MMS Public API',
      nonce: 'abcdefghijklmnopqrstuvwxyz012345',
      algorithm: 'MD5',
    });
  });

  it.each([
    ['in any letter case', 'DIGEST Realm="r", NONCE="n", QOP="AUTH", Algorithm=md5'],
    ['with space around the equals sign', 'Digest realm = "r" , nonce= "n", qop ="auth"'],
    ['without quotes', 'Digest realm=r, nonce=n, qop=auth'],
    ['without an algorithm, which means MD5', 'Digest realm="r", nonce="n", qop="auth"'],
    ['among other options of protection', 'Digest realm="r", nonce="n", qop="auth-int,auth"'],
    ['among others with blanks around them, in capitals', 'Digest realm="r", nonce="n", qop=" auth-int , AUTH "'],
    [
      'after another scheme with parameters of its names',
      'Other realm="x", nonce="x", qop="auth", Digest realm="r", nonce="n", qop="auth"',
    ],
    ['after another scheme', 'Negotiate, Basic realm="basic", Digest realm="r", nonce="n", qop="auth"'],
    ['after a scheme with bare data', 'Negotiate YWJj==, Digest realm="r", nonce="n", qop="auth"'],
    ['before another scheme', 'Digest realm="r", nonce="n", qop="auth", Basic realm="basic"'],
    [
      'after one of an algorithm that is not known',
      'Digest realm="x", nonce="x", qop="auth", algorithm=SHA-512-256, Digest realm="r", nonce="n", qop="auth"',
    ],
    [
      'with parameters that are not known',
      'Digest realm="r", nonce="n", qop="auth", charset=UTF-8, userhash=false, x="Digest realm=1"',
    ],
  ])('is read %s', (_, field) => {
    expect(read(field)).toEqual({ realm: 'r', nonce: 'n', algorithm: 'MD5' });
  });

  it('is the first that can be answered, where there are several', () => {
    expect(read(RFC.challenge('SHA-256'), RFC.challenge('MD5'))?.algorithm).toBe('SHA-256');
    expect(read('Basic realm="r"', RFC.challenge('MD5'))?.algorithm).toBe('MD5');
  });

  it.each([
    ['is absent', undefined],
    ['is empty', ''],
    ['is of another scheme', 'Bearer error="invalid_token"'],
    ['has no nonce', 'Digest realm="r", qop="auth"'],
    ['has no realm', 'Digest nonce="n", qop="auth"'],
    ['has no quality of protection', 'Digest realm="r", nonce="n"'],
    ['wants the body signed', 'Digest realm="r", nonce="n", qop="auth-int"'],
    ['wants a session key', 'Digest realm="r", nonce="n", qop="auth", algorithm=MD5-sess'],
    ['breaks off within a quoted string', 'Digest realm="r", qop="auth", nonce="n'],
    ['is too long', `Digest realm="${'r'.repeat(5_000)}", nonce="n", qop="auth"`],
    ['hides in a quoted string', 'Basic realm="Digest realm=r, nonce=n, qop=auth"'],
  ])('that %s is not answered', (_, field) => {
    expect(readChallenge(field === undefined ? {} : { 'www-authenticate': field })).toBeUndefined();
  });

  it.each([
    ['names', 'a'.repeat(4_000)],
    ['spaces', `Digest${' '.repeat(4_000)}`],
    ['backslashes', `Digest realm="${'\\'.repeat(4_000)}`],
    ['equals signs', 'a='.repeat(2_000)],
  ])('of nothing but %s is read in no time', (_, field) => {
    const began = performance.now();
    expect(read(field)).toBeUndefined();
    expect(performance.now() - began).toBeLessThan(50);
  });
});
