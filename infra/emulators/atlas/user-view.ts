import type { Person } from './membership.ts';

/** The version of the users API that knows members only. */
export const DEPRECATED_USERS_VERSION = '2023-01-01';

/** A person as the users API shows them: schema OrgUserResponse, or CloudAppUser in the deprecated version. */
export function userView(orgId: string, person: Person, version: string) {
  if (version === DEPRECATED_USERS_VERSION) return memberOfOldVersion(orgId, person);
  const entry = {
    id: person.id,
    orgMembershipStatus: person.status,
    roles: { groupRoleAssignments: person.groupRoleAssignments, orgRoles: person.roles },
    teamIds: person.teamIds,
    username: person.username,
  };
  return person.status === 'ACTIVE' ? { ...entry, ...account(person) } : { ...entry, ...invitation(person) };
}

function invitation(person: Person) {
  return {
    invitationCreatedAt: new Date(person.invitationCreatedAt).toISOString(),
    invitationExpiresAt:
      person.invitationExpiresAt === null ? null : new Date(person.invitationExpiresAt).toISOString(),
    inviterUsername: person.inviterUsername,
  };
}

function account(person: Person) {
  const createdAt = new Date(person.createdAt).toISOString();
  return {
    country: 'IE',
    createdAt,
    firstName: 'Example',
    lastAuth: createdAt,
    lastName: 'Person',
    mobileNumber: null,
  };
}

function memberOfOldVersion(orgId: string, person: Person) {
  const { id, username, teamIds } = person;
  const roles = person.roles.map((roleName) => ({ orgId, roleName }));
  return { ...account(person), emailAddress: username, id, links: [], roles, teamIds, username };
}
