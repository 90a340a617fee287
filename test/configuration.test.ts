import { describe, expect, it } from 'vitest';
import { type Environment, readConfiguration } from '../lib/configuration.ts';
import { Failure } from '../lib/failures.ts';

const SECRET = { ATLAS_SECRET_ID: 'atlas' };
const ORG = '5f0a11ce0000000000000003';

function malformed(environment: Environment): Failure {
  try {
    readConfiguration(environment);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

describe('readConfiguration', () => {
  it('needs the secret alone: everything else has a default', () => {
    expect(readConfiguration(SECRET)).toStrictEqual({
      secretId: 'atlas',
      environmentCredentials: undefined,
      baseUrl: undefined,
      allowedOrgIds: undefined,
      cancelApi: 'auto',
      allowMemberRemoval: false,
      unverifiedGone: 'dead-letter',
      deadLetterQueueUrl: undefined,
    });
  });

  it.each(['', ' ', '\t\n'])('takes %j for unset', (empty) => {
    const names = ['ATLAS_BASE_URL', 'ATLAS_ALLOWED_ORG_IDS', 'ATLAS_CANCEL_API', 'ALLOW_MEMBER_REMOVAL'];
    const more = ['UNVERIFIED_GONE', 'DEAD_LETTER_QUEUE_URL', 'MONGODB_ATLAS_CLIENT_ID'];
    const environment = Object.fromEntries([...names, ...more].map((name) => [name, empty]));
    expect(readConfiguration({ ...SECRET, ...environment })).toStrictEqual(readConfiguration(SECRET));
  });

  it.each<[string, string, string, unknown]>([
    ['ATLAS_CANCEL_API', 'auto', 'cancelApi', 'auto'],
    ['ATLAS_CANCEL_API', 'invites', 'cancelApi', 'invites'],
    ['ATLAS_CANCEL_API', 'users', 'cancelApi', 'users'],
    ['ALLOW_MEMBER_REMOVAL', 'true', 'allowMemberRemoval', true],
    ['ALLOW_MEMBER_REMOVAL', 'false', 'allowMemberRemoval', false],
    ['UNVERIFIED_GONE', 'acknowledge', 'unverifiedGone', 'acknowledge'],
    ['UNVERIFIED_GONE', 'dead-letter', 'unverifiedGone', 'dead-letter'],
    ['ATLAS_SECRET_ID', ' atlas/{orgId} ', 'secretId', 'atlas/{orgId}'],
    [
      'ATLAS_ALLOWED_ORG_IDS',
      ` ${ORG} ,, 66b0f1a20000000000000011,`,
      'allowedOrgIds',
      new Set([ORG, '66b0f1a20000000000000011']),
    ],
    ['ATLAS_BASE_URL', 'https://cloud.mongodbgov.com', 'baseUrl', 'https://cloud.mongodbgov.com'],
    ['ATLAS_BASE_URL', 'https://proxy.example.com:8443/', 'baseUrl', 'https://proxy.example.com:8443'],
    ['ATLAS_BASE_URL', 'http://127.0.0.1:3000', 'baseUrl', 'http://127.0.0.1:3000'],
    ['ATLAS_BASE_URL', 'http://localhost:3000', 'baseUrl', 'http://localhost:3000'],
    ['ATLAS_BASE_URL', 'http://[::1]:3000', 'baseUrl', 'http://[::1]:3000'],
    [
      'DEAD_LETTER_QUEUE_URL',
      'https://sqs.eu-west-1.amazonaws.com/1/dead',
      'deadLetterQueueUrl',
      'https://sqs.eu-west-1.amazonaws.com/1/dead',
    ],
    ['DEAD_LETTER_QUEUE_URL', 'http://127.0.0.1:4566/1/dead', 'deadLetterQueueUrl', 'http://127.0.0.1:4566/1/dead'],
  ])('reads %s=%s', (name, value, key, expected) => {
    expect(readConfiguration({ ...SECRET, [name]: value })).toHaveProperty(key, expected);
  });

  it.each([
    ['ATLAS_CANCEL_API', 'AUTO'],
    ['ATLAS_CANCEL_API', 'toString'],
    ['ALLOW_MEMBER_REMOVAL', 'yes'],
    ['ALLOW_MEMBER_REMOVAL', 'True'],
    ['ALLOW_MEMBER_REMOVAL', '1'],
    ['UNVERIFIED_GONE', 'ignore'],
    ['ATLAS_ALLOWED_ORG_IDS', ', ,'],
    ['ATLAS_ALLOWED_ORG_IDS', 'all'],
    ['ATLAS_ALLOWED_ORG_IDS', `${ORG};${ORG}`],
    ['ATLAS_ALLOWED_ORG_IDS', `${ORG},5F0A11CE0000000000000003`],
    ['ATLAS_BASE_URL', 'cloud.mongodb.com'],
    ['ATLAS_BASE_URL', 'http://cloud.mongodb.com'],
    ['ATLAS_BASE_URL', 'http://127.0.0.1.example.com'],
    ['ATLAS_BASE_URL', 'http://localhost.example.com'],
    ['ATLAS_BASE_URL', 'https://user:password@cloud.mongodb.com'],
    ['ATLAS_BASE_URL', 'https://cloud.mongodb.com/api'],
    ['ATLAS_BASE_URL', 'https://cloud.mongodb.com/?x=1'],
    ['ATLAS_BASE_URL', 'https://cloud.mongodb.com/#x'],
    ['ATLAS_BASE_URL', 'file:///etc/passwd'],
    ['ATLAS_BASE_URL', 'ftp://cloud.mongodb.com'],
    ['ATLAS_BASE_URL', 'ftp://localhost'],
    ['DEAD_LETTER_QUEUE_URL', 'dead-letters'],
    ['DEAD_LETTER_QUEUE_URL', 'arn:aws:sqs:eu-west-1:123456789012:dead'],
  ])('refuses %s=%s: names the variable for the log, and shows neither name nor value', (name, value) => {
    const failure = malformed({ ...SECRET, [name]: value });
    expect(failure).toMatchObject({ name: 'InternalError', status: 500, logged: { variable: name } });
    expect(failure.message).toBe('This function is not configured correctly.');
    expect(failure.logged?.['reason']).toMatch(new RegExp(`^${name} must be .`));
    expect(failure.message).not.toContain(name);
    expect(JSON.stringify([failure.message, failure.logged])).not.toContain(value);
  });
});

describe('credentials in the environment', () => {
  const account = { MONGODB_ATLAS_CLIENT_ID: 'mdb_sa_id_1', MONGODB_ATLAS_CLIENT_SECRET: 'xxxx' };
  const key = { MONGODB_ATLAS_PUBLIC_API_KEY: 'public', MONGODB_ATLAS_PRIVATE_API_KEY: 'xxxx' };

  it.each([
    ['a service account', account, { kind: 'service-account', id: 'mdb_sa_id_1', secret: 'xxxx' }],
    ['an API key', key, { kind: 'api-key', id: 'public', secret: 'xxxx' }],
    [
      'a service account before an API key',
      { ...key, ...account },
      { kind: 'service-account', id: 'mdb_sa_id_1', secret: 'xxxx' },
    ],
  ])('are %s', (_, environment, credentials) => {
    expect(readConfiguration(environment).environmentCredentials).toEqual(credentials);
  });

  it('count for nothing beside a secret', () => {
    expect(readConfiguration({ ...account, ...SECRET }).environmentCredentials).toBeUndefined();
  });

  it.each<[string, Environment]>([
    ['ATLAS_SECRET_ID', {}],
    ['MONGODB_ATLAS_CLIENT_SECRET', { MONGODB_ATLAS_CLIENT_ID: 'mdb_sa_id_1' }],
    ['MONGODB_ATLAS_CLIENT_ID', { MONGODB_ATLAS_CLIENT_SECRET: 'xxxx' }],
    ['MONGODB_ATLAS_PRIVATE_API_KEY', { MONGODB_ATLAS_PUBLIC_API_KEY: 'public' }],
    ['MONGODB_ATLAS_PUBLIC_API_KEY', { MONGODB_ATLAS_PRIVATE_API_KEY: 'xxxx' }],
  ])('without %s are refused by its name', (variable, environment) => {
    const reason = expect.stringMatching(`^${variable} is missing`);
    expect(malformed(environment)).toMatchObject({ name: 'InternalError', logged: { variable, reason } });
  });

  it.each<[string, Environment]>([
    ['MONGODB_ATLAS_CLIENT_ID', { ...account, MONGODB_ATLAS_CLIENT_ID: 'mdb_sa_id_1:x' }],
    ['MONGODB_ATLAS_CLIENT_SECRET', { ...account, MONGODB_ATLAS_CLIENT_SECRET: 'xx\nxx' }],
    ['MONGODB_ATLAS_PUBLIC_API_KEY', { ...key, MONGODB_ATLAS_PUBLIC_API_KEY: 'publ\u00efc' }],
    ['MONGODB_ATLAS_PRIVATE_API_KEY', { ...key, MONGODB_ATLAS_PRIVATE_API_KEY: 'xx xx' }],
  ])('that no header could carry are refused: %s', (variable, environment) => {
    const failure = malformed(environment);
    expect(failure).toMatchObject({ name: 'InternalError', logged: { variable } });
    expect(failure.logged?.['reason']).toMatch(new RegExp(`^${variable} must be visible ASCII`));
  });
});
