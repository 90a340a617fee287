import type { User } from '../atlas/operations.ts';
import { Failure } from '../failures.ts';

/** What is to be done about a person, read off the person's entries in the organization. */
type NextAct =
  | { readonly act: 'nothing' }
  | { readonly act: 'cancel' | 'remove'; readonly user: User; readonly more: boolean };

export interface Permission {
  readonly ifAccepted: 'fail' | 'remove';
  readonly allowMemberRemoval: boolean;
}

/**
 * The decision about a person, without a network: a member is removed only where the request asks and the deployment
 * allows it, and only a pending entry is cancelled. An expired or rejected invitation opens no door.
 * @throws {Failure} `InvitationAccepted`, `Forbidden`
 */
export function nextAct(users: readonly User[], permission: Permission): NextAct {
  const active = users.find(({ orgMembershipStatus }) => orgMembershipStatus === 'ACTIVE');
  const pending = users.filter(({ orgMembershipStatus }) => orgMembershipStatus === 'PENDING');
  if (active) {
    if (permission.ifAccepted === 'fail') {
      throw new Failure('InvitationAccepted', `${active.username} is an active member of this organization already.`);
    }
    assertPermitted(permission);
    return { act: 'remove', user: active, more: pending.length > 0 };
  }
  const [user] = pending;
  return user ? { act: 'cancel', user, more: pending.length > 1 } : { act: 'nothing' };
}

/**
 * Refuses to remove members where the deployment does not allow it. Asked before anything is sent, and again where the
 * decision falls.
 * @throws {Failure} `Forbidden`
 */
export function assertPermitted({ ifAccepted, allowMemberRemoval }: Permission): void {
  if (ifAccepted === 'remove' && !allowMemberRemoval) {
    throw new Failure('Forbidden', 'This deployment does not remove members (ALLOW_MEMBER_REMOVAL is not true).');
  }
}
