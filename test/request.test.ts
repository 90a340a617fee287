import { describe, expect, it } from 'vitest';
import { Failure } from '../lib/failures.ts';
import { type CancellationRequest, parseRequest } from '../lib/request.ts';

const ORG = '5f0a11ce0000000000000003';
const INVITATION = '66b0f1a20000000000000011';
const USER = '66b1c0de000000000000000e';
const DEFAULTS = { orgId: ORG, ifAccepted: 'fail', dryRun: false };

function refused(input: unknown): Failure {
  try {
    parseRequest(input);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('the request was accepted');
}

describe('parseRequest', () => {
  it.each<[string, object, Partial<CancellationRequest>]>([
    ['an invitation', { invitationId: INVITATION }, { invitationId: INVITATION }],
    ['a person', { username: 'ann@example.com' }, { username: 'ann@example.com' }],
    [
      'an invitation with its witness',
      { invitationId: INVITATION, username: 'ann@example.com' },
      { invitationId: INVITATION, username: 'ann@example.com' },
    ],
    ['a user', { userId: USER }, { userId: USER }],
    [
      'everything that may be said beside',
      { userId: USER, ifAccepted: 'remove', dryRun: true, reason: 'TICKET-1' },
      { userId: USER, ifAccepted: 'remove', dryRun: true, reason: 'TICKET-1' },
    ],
  ])('takes %s', (_, fields, expected) => {
    expect(parseRequest({ orgId: ORG, ...fields })).toStrictEqual({ ...DEFAULTS, ...expected });
  });

  it.each(['x', '👋'])('takes a reason of 256 characters: %s', (character) => {
    const reason = character.repeat(256);
    expect(parseRequest({ orgId: ORG, userId: USER, reason })).toMatchObject({ reason });
  });

  it.each([
    'ann@example.com',
    'Ann.B+tag@sub.example.com',
    "o'brien@example.com",
    'ann@x.example.com',
    'ann@example.x',
    'ann@localhost',
    `${'a'.repeat(242)}@example.com`,
    '.ann.@example.com',
  ])('takes the address %s, as a browser does', (username) => {
    expect(parseRequest({ orgId: ORG, username })).toMatchObject({ username });
  });

  it.each([
    ['empty', ''],
    ['without an at sign', 'ann.example.com'],
    ['with two', 'ann@bob@example.com'],
    ['without a name', '@example.com'],
    ['without a domain', 'ann@'],
    ['with a blank', 'ann b@example.com'],
    ['with a newline at its end', 'ann@example.com\n'],
    ['with a carriage return', 'ann\r@example.com'],
    ['with a NUL', 'ann\0@example.com'],
    ['with a comma', 'ann@example.com,bob@example.com'],
    ['percent-encoded', 'ann%40example.com'],
    ['with a letter outside ASCII', 'élise@example.com'],
    ['with a lone surrogate', 'ann\ud800@example.com'],
    ['with a label that starts with a hyphen', 'ann@-example.com'],
    ['with an empty label', 'ann@example..com'],
    ['with a label of 64', `ann@${'a'.repeat(64)}.com`],
    ['of 255 characters', `${'a'.repeat(243)}@example.com`],
    ['of a megabyte', `${'a'.repeat(1_000_000)}@example.com`],
    ['a number', 7],
    ['null', null],
    ['a list', ['ann@example.com']],
  ])('refuses an address that is %s', (_, username) => {
    expect(refused({ orgId: ORG, username }).fields).toMatchObject([{ field: 'username' }]);
  });

  describe.each(['orgId', 'invitationId', 'userId'])('refuses as %s', (field) => {
    it.each([
      ['empty text', ''],
      ['23 digits', '5f0a11ce000000000000000'],
      ['25 digits', '5f0a11ce00000000000000003'],
      ['upper case', '5F0A11CE0000000000000003'],
      ['another letter', '5g0a11ce0000000000000003'],
      ['a newline at its end', '5f0a11ce0000000000000003\n'],
      ['a newline before', '\n5f0a11ce0000000000000003'],
      ['a slash', '5f0a11ce/../000000000003'],
      ['an encoded slash', '5f0a11ce%2f00000000000003'],
      ['a query', '5f0a11ce0000000000000003?x=1'],
      ['a fragment', '5f0a11ce0000000000000003#'],
      ['digits of another script', '٥f0a11ce0000000000000003'],
      ['full-width digits', '５f0a11ce0000000000000003'],
      ['10 kB', 'a'.repeat(10_240)],
      ['a lone surrogate', '5f0a11ce000000000000000\ud800'],
      ['a number', 5],
      ['null', null],
      ['a list of it', ['5f0a11ce0000000000000003']],
      ['an object', { toString: () => ORG }],
    ])('%s', (_, value) => {
      const input = { orgId: ORG, ...(field === 'userId' ? {} : { invitationId: INVITATION }), [field]: value };
      const { name, fields } = refused(input);
      expect(name).toBe('InvalidRequest');
      expect(fields).toMatchObject([{ field, description: expect.stringContaining('24 lower-case hex') }]);
    });
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a number', 7],
    ['text', 'request'],
    ['a list', [{ orgId: ORG, invitationId: INVITATION }]],
    ['true', true],
  ])('refuses %s in place of an object', (_, input) => {
    expect(refused(input).fields).toEqual([{ field: 'request', description: 'must be a JSON object' }]);
  });

  it.each<[string, object, string, string]>([
    ['nothing to cancel', {}, 'invitationId', 'is missing'],
    ['a user beside an invitation', { userId: USER, invitationId: INVITATION }, 'userId', 'stands alone'],
    ['a user beside a person', { userId: USER, username: 'ann@example.com' }, 'userId', 'stands alone'],
    ['another ifAccepted', { userId: USER, ifAccepted: 'delete' }, 'ifAccepted', 'must be "fail" or "remove"'],
    ['ifAccepted in upper case', { userId: USER, ifAccepted: 'REMOVE' }, 'ifAccepted', 'must be "fail" or "remove"'],
    ['dryRun as text', { userId: USER, dryRun: 'true' }, 'dryRun', 'must be true or false'],
    ['dryRun as a number', { userId: USER, dryRun: 1 }, 'dryRun', 'must be true or false'],
    ['dryRun null', { userId: USER, dryRun: null }, 'dryRun', 'must be true or false'],
    ['a reason of 257 characters', { userId: USER, reason: 'x'.repeat(257) }, 'reason', 'at most 256'],
    ['a reason of 257 emoji', { userId: USER, reason: '👋'.repeat(257) }, 'reason', 'at most 256'],
    ['a reason of a megabyte', { userId: USER, reason: 'x'.repeat(1_000_000) }, 'reason', 'at most 256'],
    ['a reason that is no text', { userId: USER, reason: {} }, 'reason', 'must be text'],
    ['a mistyped dryrun', { userId: USER, dryrun: true }, 'dryrun', 'is not a field'],
    ['an unknown field that is undefined', { userId: USER, extra: undefined }, 'extra', 'is not a field'],
    ['a field of Atlas', { userId: USER, envelope: true }, 'envelope', 'is not a field'],
    ['an empty name', { userId: USER, '': 1 }, '', 'is not a field'],
    ['constructor', { userId: USER, constructor: 1 }, 'constructor', 'is not a field'],
  ])('refuses %s', (_, fields, field, description) => {
    expect(refused({ orgId: ORG, ...fields }).fields).toEqual([
      { field, description: expect.stringContaining(description) },
    ]);
  });

  it.each(['__proto__', 'prototype', 'toString'])('refuses %s as JSON can carry it, and pollutes nothing', (name) => {
    const input: unknown = JSON.parse(`{"orgId":"${ORG}","userId":"${USER}","${name}":{"dryRun":true}}`);
    expect(refused(input).fields).toMatchObject([{ field: name }]);
    expect(({} as Record<string, unknown>)['dryRun']).toBeUndefined();
  });

  it('names every refused field at once, and each in its sentence', () => {
    const { message, fields } = refused({ username: 'ann', dryrun: true });
    expect(fields?.map(({ field }) => field)).toEqual(['dryrun', 'orgId', 'username']);
    expect(message).toBe(
      'dryrun is not a field of this request. orgId is missing. username must be an e-mail address.',
    );
  });

  it('says no more of a hostile request than a few short names', () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `${'\ud800\n<b>'.repeat(20)}${index}`);
    const { message, fields } = refused(Object.fromEntries(names.map((name) => [name, 1])));
    expect(fields).toHaveLength(10);
    expect(message).toMatch(/^[\x20-\x7e]{1,1200}$/);
  });

  it.each([
    ['of 64 characters is said whole', 'x'.repeat(64), 'x'.repeat(64)],
    ['of 65 characters is cut', 'x'.repeat(65), `${'x'.repeat(64)}...`],
    ['that can not be printed is said as far as it can', 'd\u00fcr\n\ud800', 'd?r??'],
  ])('names a field %s', (_, name, said) => {
    expect(refused({ orgId: ORG, userId: USER, [name]: 1 }).fields).toMatchObject([{ field: said }]);
  });

  it.each([
    ['of a thousand characters', `${'x'.repeat(989)}example.com`, `${'x'.repeat(64)}...`],
    ['of more', `${'x'.repeat(990)}example.com`, '(a name of 1001 characters)'],
    ['as long as a body may be', '\\"@'.repeat(1_200_000), '(a name of 3600000 characters)'],
    ['with an address where one might cut', `${'a@b '.repeat(249)}ann@example.com`, '(a name of 1011 characters)'],
  ])('never looks through a name for what to hide that is longer than a thousand characters: %s', (_, name, said) => {
    expect(refused({ orgId: ORG, userId: USER, [name]: 1 }).fields).toMatchObject([{ field: said }]);
  });

  it('hides an address in a field name, however long it is', () => {
    const { message } = refused({ [`${'a'.repeat(70)}@example.com`]: 1, orgId: ORG, userId: USER });
    expect(message).toBe('a***@example.com is not a field of this request.');
  });
});
