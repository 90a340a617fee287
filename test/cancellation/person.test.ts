import { describe, expect, it } from 'vitest';
import type { User } from '../../lib/atlas/operations.ts';
import { nextAct, type Permission } from '../../lib/cancellation/person.ts';

const STATUSES = ['ACTIVE', 'PENDING', 'INVITATION_EXPIRED', 'INVITATION_REJECTED'] as const;
type Status = (typeof STATUSES)[number];

const ASKED: Permission = { ifAccepted: 'remove', allowMemberRemoval: true };
const NOT_ALLOWED: Permission = { ifAccepted: 'remove', allowMemberRemoval: false };
const NOT_ASKED: Permission = { ifAccepted: 'fail', allowMemberRemoval: true };

function entries(statuses: readonly Status[]): User[] {
  return statuses.map((orgMembershipStatus, index) => ({
    id: `66b1c0de000000000000000${index}`,
    username: 'ann@example.com',
    orgMembershipStatus,
  }));
}

/** In one word: the act, its entry and whether there is more to do, or the failure. */
function decide(statuses: readonly Status[], permission: Permission): string {
  try {
    const next = nextAct(entries(statuses), permission);
    return next.act === 'nothing' ? 'nothing' : `${next.act} ${next.user.id.slice(-1)}${next.more ? ' and more' : ''}`;
  } catch (error) {
    return error instanceof Error ? error.name : 'nothing';
  }
}

/** Every list of at most three entries. */
const LISTS: readonly (readonly Status[])[] = [
  [],
  ...STATUSES.map((one) => [one]),
  ...STATUSES.flatMap((one) => STATUSES.map((two) => [one, two])),
  ...STATUSES.flatMap((one) => STATUSES.flatMap((two) => STATUSES.map((three) => [one, two, three]))),
];

describe('what is to be done about a person', () => {
  it.each([
    { statuses: [], asked: 'nothing', notAsked: 'nothing', notAllowed: 'nothing' },
    { statuses: ['PENDING'], asked: 'cancel 0', notAsked: 'cancel 0', notAllowed: 'cancel 0' },
    { statuses: ['ACTIVE'], asked: 'remove 0', notAsked: 'InvitationAccepted', notAllowed: 'Forbidden' },
    { statuses: ['INVITATION_EXPIRED'], asked: 'nothing', notAsked: 'nothing', notAllowed: 'nothing' },
    { statuses: ['INVITATION_REJECTED'], asked: 'nothing', notAsked: 'nothing', notAllowed: 'nothing' },
    {
      statuses: ['INVITATION_EXPIRED', 'PENDING'],
      asked: 'cancel 1',
      notAsked: 'cancel 1',
      notAllowed: 'cancel 1',
    },
    {
      statuses: ['PENDING', 'PENDING'],
      asked: 'cancel 0 and more',
      notAsked: 'cancel 0 and more',
      notAllowed: 'cancel 0 and more',
    },
    {
      statuses: ['PENDING', 'ACTIVE'],
      asked: 'remove 1 and more',
      notAsked: 'InvitationAccepted',
      notAllowed: 'Forbidden',
    },
  ] as const)('$statuses: $asked, $notAsked, $notAllowed', ({ statuses, asked, notAsked, notAllowed }) => {
    expect(decide(statuses, ASKED)).toBe(asked);
    expect(decide(statuses, NOT_ASKED)).toBe(notAsked);
    expect(decide(statuses, NOT_ALLOWED)).toBe(notAllowed);
  });

  it.each([ASKED, NOT_ALLOWED, NOT_ASKED])('touches no entry in vain, whatever the entries are: %o', (permission) => {
    for (const statuses of LISTS) {
      const decided = decide(statuses, permission);
      const [act, index] = decided.split(' ');
      const status = index === undefined ? undefined : statuses[Number(index)];
      if (act === 'cancel') expect(status).toBe('PENDING');
      if (act === 'remove') expect([status, permission]).toEqual(['ACTIVE', ASKED]);
      if (statuses.includes('ACTIVE') && permission !== ASKED)
        expect(['InvitationAccepted', 'Forbidden']).toContain(act);
      if (act === 'nothing') expect(statuses.some((any) => any === 'ACTIVE' || any === 'PENDING')).toBe(false);
    }
  });
});
