import { describe, expect, it } from 'vitest';
import { cloudBaseUrl, configuredBaseUrl } from '../../lib/base-url.ts';
import { isSameSecret, parseSecret, type Secret } from '../../lib/credentials/secret.ts';
import { Failure } from '../../lib/failures.ts';

const ID = 'mdb_sa_id_67a0acc00000000000000001';
const SECRET = `mdb_sa_sk_${'x'.repeat(40)}`;
const PUBLIC = 'publickk';
const PRIVATE = 'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx';
const ORG = '5f0a11ce0000000000000001';
const account = { kind: 'service-account', id: ID, secret: SECRET };
const key = { kind: 'api-key', id: PUBLIC, secret: PRIVATE };

function parse(value: unknown): Secret {
  return parseSecret(typeof value === 'string' ? value : JSON.stringify(value));
}

function refusalOf(value: unknown): Failure {
  try {
    parse(value);
  } catch (error) {
    if (error instanceof Failure) return error;
  }
  throw new Error('was not refused');
}

describe('a secret', () => {
  it.each([
    ['AWS, MongoDBAtlasServiceAccount', { clientId: ID, clientSecret: SECRET, orgId: ORG }, { ...account, orgId: ORG }],
    ['the same without an organization', { clientId: ID, clientSecret: SECRET }, account],
    ["MongoDB's Terraform provider", { client_id: ID, client_secret: SECRET }, account],
    ['an API key', { publicKey: PUBLIC, privateKey: PRIVATE }, key],
    ["MongoDB's CloudFormation profile", { PublicKey: PUBLIC, PrivateKey: PRIVATE }, key],
    ['Terraform, API key', { public_key: PUBLIC, private_key: PRIVATE }, key],
  ])('is read in the shape of %s', (_, value, expected) => {
    expect(parse(value)).toEqual(expected);
  });

  it.each(['baseUrl', 'BaseUrl', 'base_url'])('of any shape may name its cloud as %s', (name) => {
    const baseUrl = 'https://cloud.mongodbgov.com';
    const shapes = [
      { clientId: ID, clientSecret: SECRET },
      { client_id: ID, client_secret: SECRET },
      { publicKey: PUBLIC, privateKey: PRIVATE },
      { PublicKey: PUBLIC, PrivateKey: PRIVATE },
      { public_key: PUBLIC, private_key: PRIVATE },
    ];
    for (const shape of shapes) expect(parse({ ...shape, [name]: baseUrl })).toMatchObject({ baseUrl });
  });

  it.each([
    ['an unknown key', { note: 'x' }],
    ['an empty base URL', { baseUrl: '' }],
    ['no base URL, said as null', { base_url: null }],
    ['an empty organization', { orgId: '' }],
    ['no organization, said as null', { orgId: null }],
    ['no keys of another kind, said as null', { public_key: null, private_key: null, client_id: null }],
    ['empty keys of another kind', { publicKey: '', privateKey: '' }],
    ['a key named like a part of every object', JSON.parse('{"__proto__": {"orgId": "x"}}')],
  ])('may have %s', (_, more) => {
    expect(parse({ clientId: ID, clientSecret: SECRET, ...more })).toEqual(account);
  });

  it.each([
    ['no JSON', 'mdb_sa_sk', 'is not a JSON object'],
    ['nothing', '', 'is not a JSON object'],
    ['text', JSON.stringify(SECRET), 'is not a JSON object'],
    ['a list', [ID, SECRET], 'has neither clientId and clientSecret nor publicKey and privateKey'],
    ['null', 'null', 'is not a JSON object'],
    ['an empty object', {}, 'has neither clientId and clientSecret nor publicKey and privateKey'],
    [
      'other keys',
      { username: ID, password: SECRET },
      'has neither clientId and clientSecret nor publicKey and privateKey',
    ],
    ['no client secret', { clientId: ID }, 'has no clientSecret'],
    ['no client id', { clientSecret: SECRET }, 'has no clientId'],
    ['no client_secret', { client_id: ID }, 'has no client_secret'],
    ['no private key', { publicKey: PUBLIC }, 'has no privateKey'],
    ['no PrivateKey', { PublicKey: PUBLIC }, 'has no PrivateKey'],
    ['no public_key', { private_key: PRIVATE }, 'has no public_key'],
    ['an empty client secret', { clientId: ID, clientSecret: '' }, 'has no clientSecret'],
    ['a client secret of null', { clientId: ID, clientSecret: null }, 'has no clientSecret'],
    [
      'nothing but empty keys',
      { clientId: '', public_key: null },
      'has neither clientId and clientSecret nor publicKey and privateKey',
    ],
    ['a client secret that is no text', { clientId: ID, clientSecret: 7 }, 'has a malformed clientSecret'],
    [
      'a client secret with a line break',
      { clientId: ID, clientSecret: `${SECRET}\n` },
      'has a malformed clientSecret',
    ],
    ['a client id with a colon', { clientId: `${ID}:x`, clientSecret: SECRET }, 'has a malformed clientId'],
    [
      'a client secret out of letters that no header holds',
      { clientId: ID, clientSecret: 'ä' },
      'has a malformed clientSecret',
    ],
    [
      'keys of two kinds',
      { clientId: ID, clientSecret: SECRET, publicKey: PUBLIC },
      'has keys of more than one kind: clientId, publicKey',
    ],
    [
      'a half in each spelling',
      { clientId: ID, client_secret: SECRET },
      'has keys of more than one kind: clientId, client_id',
    ],
    [
      'a malformed organization',
      { clientId: ID, clientSecret: SECRET, orgId: ORG.toUpperCase() },
      'has a malformed orgId',
    ],
    [
      'a base URL that is no text',
      { clientId: ID, clientSecret: SECRET, baseUrl: 1 },
      "has a baseUrl that is not https on a host of MongoDB's cloud",
    ],
  ])('that holds %s is refused, and the message names keys only', (_, value, why) => {
    const { name, message, cause } = refusalOf(value);
    expect(name).toBe('CredentialsInvalid');
    expect(message).toBe(`The secret ${why}.`);
    expect(cause).toBeUndefined();
  });

  it('is the same as another reading only if all of it is', () => {
    const one = parse({ clientId: ID, clientSecret: SECRET, orgId: ORG, baseUrl: 'https://cloud.mongodb.com' });
    expect(isSameSecret(one, { ...one })).toBe(true);
    expect(isSameSecret(one, undefined)).toBe(false);
    const differences = [{ kind: 'api-key' }, { id: 'x' }, { secret: 'x' }, { orgId: 'x' }, { baseUrl: 'x' }] as const;
    for (const difference of differences) expect(isSameSecret(one, { ...one, ...difference })).toBe(false);
  });
});

describe('the base URL of a secret', () => {
  it.each([
    ['https://cloud.mongodb.com', 'https://cloud.mongodb.com'],
    ['https://cloud.mongodb.com/', 'https://cloud.mongodb.com'],
    ['https://cloud.mongodb.com:443', 'https://cloud.mongodb.com'],
    ['HTTPS://CLOUD.MONGODB.COM', 'https://cloud.mongodb.com'],
    ['https://cloud.mongodbgov.com', 'https://cloud.mongodbgov.com'],
    ['https://cloud-dev.mongodb.com', 'https://cloud-dev.mongodb.com'],
    ['https://cloud-qa.mongodb.com', 'https://cloud-qa.mongodb.com'],
  ])('%s is taken', (given, origin) => {
    expect(cloudBaseUrl(given)).toBe(origin);
    expect(parse({ clientId: ID, clientSecret: SECRET, baseUrl: given }).baseUrl).toBe(origin);
  });

  it.each([
    'http://cloud.mongodb.com',
    'https://cloud.mongodb.com.evil.example',
    'https://evil.example',
    'https://evil.example/cloud.mongodb.com',
    'https://evil.example#cloud.mongodb.com',
    'https://cloud.mongodb.com@evil.example',
    'https://user:xxxx@cloud.mongodb.com',
    'https://cloud.mongodb.com:8443',
    'https://cloud.mongodb.com/api',
    'https://cloud.mongodb.com/?x=1',
    'https://cloud.mongodb.com\\@evil.example',
    'https://cloud.mongodb.com.',
    'https://cloud.mongodb.co\u{043C}',
    'https://mongodb.com',
    'https://localhost',
    'http://127.0.0.1:8080',
    'ftp://cloud.mongodb.com',
    '//cloud.mongodb.com',
    'cloud.mongodb.com',
    'javascript:alert(1)',
    ' ',
  ])('%s is refused, unquoted', (given) => {
    expect(cloudBaseUrl(given)).toBeUndefined();
    const { name, message } = refusalOf({ clientId: ID, clientSecret: SECRET, base_url: given });
    expect([name, message]).toEqual([
      'CredentialsInvalid',
      "The secret has a base_url that is not https on a host of MongoDB's cloud.",
    ]);
  });
});

describe('ATLAS_BASE_URL', () => {
  it.each([
    ['https://cloud.mongodb.com', 'https://cloud.mongodb.com'],
    ['https://atlas.example.com:8443', 'https://atlas.example.com:8443'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://127.9.9.9', 'http://127.9.9.9'],
    ['http://localhost:8080/', 'http://localhost:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('may be %s', (given, origin) => {
    expect(configuredBaseUrl(given)).toBe(origin);
  });

  it.each([
    'http://cloud.mongodb.com',
    'http://10.0.0.1',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://[::2]',
    'https://user:xxxx@atlas.example.com',
    'https://atlas.example.com/path',
    'https://atlas.example.com/?x=1',
    'https://atlas.example.com/#x',
    'file:///etc/passwd',
    'atlas.example.com',
    '',
  ])('may not be %s', (given) => {
    expect(configuredBaseUrl(given)).toBeUndefined();
  });
});
