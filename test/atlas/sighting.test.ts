import { describe, expect, it } from 'vitest';
import { merge, NOBODY } from '../../lib/atlas/sighting.ts';
import type { User } from '../../lib/atlas/users.ts';

function user(id: string, orgMembershipStatus: User['orgMembershipStatus'] = 'PENDING'): User {
  return { id, username: 'ann@example.com', orgMembershipStatus };
}

describe('two sightings together', () => {
  it('hold the entries of both, and are as old as the older one', () => {
    const together = { users: [user('1'), user('2')], since: 10 };
    expect(merge({ users: [user('1')], since: 10 }, { users: [user('2')], since: 20 })).toEqual(together);
    expect(merge({ users: [user('1')], since: 20 }, { users: [user('2')], since: 10 })).toEqual(together);
  });

  it('hold an entry once, as it was read last', () => {
    const before = { users: [user('1'), user('2')], since: 10 };
    const after = { users: [user('1', 'ACTIVE')], since: 20 };
    expect(merge(before, after).users).toEqual([user('2'), user('1', 'ACTIVE')]);
  });

  it('are one of them where the other shows nobody, be it the older one', () => {
    const one = { users: [user('1')], since: 20 };
    expect(merge(one, { users: [], since: 10 })).toEqual(one);
    expect(merge(NOBODY, one)).toEqual(one);
  });
});
