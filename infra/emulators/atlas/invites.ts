import type { Answer } from '../loopback/answer.ts';
import { atlasError, noContent, resourceNotFound, versionedJson } from './answers.ts';
import type { Invitation } from './membership.ts';
import type { Organization } from './organization.ts';
import type { Settings } from './settings.ts';
import { finds } from './username-filter.ts';

const GONE = 'The invitation you tried to delete does not exist or has already been accepted.';

/** DELETE /orgs/{orgId}/invites/{invitationId}: only an open invitation of this organization can be taken back. */
export function deleteInvite(
  organization: Organization,
  invitationId: string,
  version: string,
  settings: Settings,
): Answer {
  if (organization.projectInvitations.has(invitationId)) {
    const text = 'Cannot delete an invitation to a project through the organization.';
    return atlasError(400, 'CANNOT_DELETE_GROUP_INVITATION', text);
  }
  const invitation = organization.invitation(invitationId);
  if (!invitation?.listed) return gone(settings.goneAs === '400-invitation' ? 400 : 404, invitationId, settings);
  organization.cancel(invitation);
  return noContent(version);
}

/** GET /orgs/{orgId}/invites/{invitationId}. A missing one is a 404 here, as providers of Atlas have met it. */
export function getInvite(
  organization: Organization,
  invitationId: string,
  version: string,
  settings: Settings,
): Answer {
  const invitation = organization.invitation(invitationId);
  if (!invitation?.listed) return gone(404, invitationId, settings);
  return versionedJson(200, version, view(organization, invitation));
}

/** GET /orgs/{orgId}/invites: a bare array without pages. */
export function listInvites(
  organization: Organization,
  query: URLSearchParams,
  version: string,
  settings: Settings,
): Answer {
  const username = query.get('username');
  const found = candidates(organization, username, settings).filter((invitation) => invitation.listed);
  return versionedJson(
    200,
    version,
    found.map((invitation) => view(organization, invitation)),
  );
}

function candidates(organization: Organization, username: string | null, { usernameFilter }: Settings): Invitation[] {
  if (username === null || usernameFilter === 'ignored') return organization.invitations();
  const invitations = organization.person(username)?.invitations ?? [];
  return invitations.filter((invitation) => finds(usernameFilter, username, invitation.username));
}

function gone(status: number, invitationId: string, { goneAs }: Settings): Answer {
  if (goneAs === '404-resource') return resourceNotFound(`Invitation with id ${invitationId}`);
  return atlasError(status, 'INVALID_INVITATION_ID', GONE);
}

function view(organization: Organization, invitation: Invitation) {
  return {
    createdAt: new Date(invitation.createdAt).toISOString(),
    expiresAt: new Date(invitation.expiresAt).toISOString(),
    groupRoleAssignments: invitation.groupRoleAssignments.flatMap(({ groupId, groupRoles }) =>
      groupRoles.map((groupRole) => ({ groupId, groupRole })),
    ),
    id: invitation.id,
    inviterUsername: invitation.inviterUsername,
    links: [],
    orgId: organization.id,
    orgName: organization.name,
    roles: invitation.roles,
    teamIds: invitation.teamIds,
    username: invitation.username,
  };
}
