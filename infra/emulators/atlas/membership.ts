export type MembershipStatus = 'ACTIVE' | 'PENDING' | 'INVITATION_EXPIRED' | 'INVITATION_REJECTED';

export interface InviteOptions {
  /** Organization roles that the person will have; default ORG_MEMBER. */
  roles?: string[];
  teamIds?: string[];
  groupRoleAssignments?: { groupId: string; groupRoles: string[] }[];
  /** May also be the public key of an API key. */
  inviterUsername?: string;
  /** Milliseconds; default 30 days after now. */
  expiresAt?: number;
  /** False: known to the users endpoint alone. */
  listed?: boolean;
}

export interface Invitation {
  readonly id: string;
  readonly username: string;
  readonly person: Person;
  readonly roles: string[];
  readonly teamIds: string[];
  readonly groupRoleAssignments: { groupId: string; groupRoles: string[] }[];
  readonly inviterUsername: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly listed: boolean;
}

/** One person's entry in an organization. */
export interface Person {
  readonly id: string;
  readonly username: string;
  status: MembershipStatus;
  roles: string[];
  teamIds: string[];
  groupRoleAssignments: { groupId: string; groupRoles: string[] }[];
  inviterUsername: string;
  invitationCreatedAt: number;
  /** Null once rejected. */
  invitationExpiresAt: number | null;
  createdAt: number;
  /** Open invitations; more than one is possible. */
  invitations: Invitation[];
}

/** What happened, in order. `status` is the one the person had just before; `via` the endpoint, where one did it. */
export interface MembershipEvent {
  readonly type: 'invited' | 'joined' | 'accepted' | 'expired' | 'rejected' | 'cancelled' | 'removed';
  readonly username: string;
  readonly userId: string;
  readonly invitationId?: string;
  readonly status?: MembershipStatus;
  readonly via?: 'invites' | 'users';
  readonly at: number;
}
