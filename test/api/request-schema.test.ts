import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRequest } from '../../lib/request.ts';
import { faults } from './support.ts';

const ORG = '0123456789abcdef01234567';
const ANN = 'ann@example.com';

function isTaken(value: unknown): boolean {
  try {
    parseRequest(value);
    return true;
  } catch {
    return false;
  }
}

describe('the schema of the request', () => {
  it.each<[string, unknown]>([
    ['an invitation', { orgId: ORG, invitationId: ORG }],
    ['a person', { orgId: ORG, username: ANN }],
    ['an invitation and its person', { orgId: ORG, invitationId: ORG, username: ANN }],
    ['a user', { orgId: ORG, userId: ORG, ifAccepted: 'remove', dryRun: true, reason: 'OPS-1' }],
  ])('takes %s, as the code does', (_, value) => {
    expect(faults('request', value)).toEqual([]);
    expect(isTaken(value)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a list', [{ orgId: ORG, username: ANN }]],
    ['nobody', { orgId: ORG }],
    ['no organization', { username: ANN }],
    ['a user beside an invitation', { orgId: ORG, userId: ORG, invitationId: ORG }],
    ['a user beside a person', { orgId: ORG, userId: ORG, username: ANN }],
    ['a mistyped field', { orgId: ORG, username: ANN, dryrun: true }],
    ['a field called __proto__', JSON.parse(`{"orgId":"${ORG}","username":"${ANN}","__proto__":{}}`)],
    ['an upper-case id', { orgId: ORG.toUpperCase(), username: ANN }],
    ['a word for true', { orgId: ORG, username: ANN, dryRun: 'true' }],
    ['null for a field', { orgId: ORG, username: ANN, reason: null }],
    ['a long address', { orgId: ORG, username: `${'a'.repeat(250)}@example.com` }],
    ['a long reason', { orgId: ORG, username: ANN, reason: 'x'.repeat(257) }],
  ])('refuses %s, as the code does', (_, value) => {
    expect(faults('request', value)).not.toEqual([]);
    expect(isTaken(value)).toBe(false);
  });

  it('and the code are of one mind about whatever else comes', () => {
    const field = <T>(...good: T[]) => fc.oneof(fc.constantFrom(...good), fc.constantFrom(null, '', 'x', 1, {}, []));
    const requests = fc.record(
      {
        orgId: field(ORG),
        invitationId: field(ORG),
        username: fc.oneof(field(ANN), fc.emailAddress(), fc.string({ unit: 'grapheme-ascii' })),
        userId: field(ORG),
        ifAccepted: field('fail', 'remove', 'REMOVE'),
        dryRun: field(true, false),
        reason: fc.oneof(field('OPS-1'), fc.string({ unit: 'binary', maxLength: 300 })),
        toString: field('x'),
      },
      { requiredKeys: ['orgId'] },
    );
    fc.assert(fc.property(requests, (value) => (faults('request', value).length === 0) === isTaken(value)));
  });
});
