import { describe, expect, it } from 'vitest';
import { INVITES, stoppedClock, USERS, withAtlas } from './support.ts';

const DAY = 86_400_000;
const GONE = 'The invitation you tried to delete does not exist or has already been accepted.';

describe('DELETE /orgs/{orgId}/invites/{invitationId}', () => {
  it('takes an open invitation back, with the headers that were recorded of Atlas', async () => {
    const { api, organization } = await withAtlas();
    const { invitationId, userId } = organization.invite('a@example.com');
    const { status, headers, text } = await api.delete(`/invites/${invitationId}`, INVITES);
    expect({ status, text }).toEqual({ status: 204, text: '' });
    expect(headers).toMatchObject({
      'content-type': 'application/vnd.atlas.2023-01-01+json;charset=utf-8',
      deprecation: 'Wed, 19 Feb 2025 00:00:00 GMT',
      sunset: 'Thu, 1 Jul 2027 00:00:00 GMT',
      'ratelimit-limit': '500',
      'ratelimit-remaining': '499',
      'x-envoy-upstream-service-time': '48',
    });
    expect(headers).not.toHaveProperty('content-length');
    expect(headers).not.toHaveProperty('keep-alive');
    expect(organization.person('a@example.com')).toBeUndefined();
    expect((await api.get(`/users/${userId}`, USERS)).status).toBe(404);
    expect(organization.history).toMatchObject([
      { type: 'invited', invitationId, userId },
      { type: 'cancelled', invitationId, userId, status: 'PENDING', via: 'invites' },
    ]);
  });

  it.each([
    ['400-invitation', 400, 'INVALID_INVITATION_ID', GONE],
    ['404-invitation', 404, 'INVALID_INVITATION_ID', GONE],
    ['404-resource', 404, 'RESOURCE_NOT_FOUND', expect.stringContaining('Cannot find resource')],
  ] as const)('answers for one that is gone as %s', async (goneAs, status, errorCode, detail) => {
    const { atlas, api, organization } = await withAtlas();
    atlas.settings.goneAs = goneAs;
    const { invitationId } = organization.invite('a@example.com');
    await api.delete(`/invites/${invitationId}`, INVITES);
    const again = await api.delete(`/invites/${invitationId}`, INVITES);
    expect(again).toMatchObject({ status, json: { error: status, errorCode, detail } });
    expect(again.headers).toMatchObject({
      'content-type': 'application/json',
      'x-error-code': errorCode,
      'ratelimit-remaining': '498',
    });
  });

  it.each(['accept', 'expire', 'reject'] as const)('finds nothing to cancel after: %s', async (end) => {
    const { api, organization } = await withAtlas();
    const { invitationId } = organization.invite('a@example.com');
    organization[end]('a@example.com');
    expect((await api.delete(`/invites/${invitationId}`, INVITES)).status).toBe(400);
    expect((await api.get(`/invites/${invitationId}`, INVITES)).status).toBe(404);
    expect((await api.get('/invites', INVITES)).json).toEqual([]);
    expect(organization.person('a@example.com')).toBeDefined();
  });

  it('refuses an invitation to a project and one of another organization', async () => {
    const { atlas, api, organization } = await withAtlas();
    const project = organization.inviteToProject('a@example.com');
    expect(await api.delete(`/invites/${project.invitationId}`, INVITES)).toMatchObject({
      status: 400,
      json: { errorCode: 'CANNOT_DELETE_GROUP_INVITATION' },
    });
    expect(organization.projectInvitations.get(project.invitationId)).toBe('a@example.com');
    const elsewhere = atlas.addOrganization();
    const { invitationId } = elsewhere.invite('a@example.com');
    expect((await api.delete(`/invites/${invitationId}`, INVITES)).status).toBe(400);
    expect(elsewhere.invitations()).toHaveLength(1);
  });

  it('leaves a person pending who has another invitation', async () => {
    const { api, organization } = await withAtlas();
    const first = organization.invite('a@example.com');
    const second = organization.invite('A@example.com');
    expect(second.userId).toBe(first.userId);
    await api.delete(`/invites/${first.invitationId}`, INVITES);
    expect(organization.person('a@example.com')).toMatchObject({ status: 'PENDING' });
    await api.delete(`/invites/${second.invitationId}`, INVITES);
    expect(organization.person('a@example.com')).toBeUndefined();
  });
});

describe('GET /orgs/{orgId}/invites', () => {
  it('gives a bare array of open invitations, each with an id that is not the id of its person', async () => {
    const { api, organization } = await withAtlas({ clock: stoppedClock() });
    const { invitationId, userId } = organization.invite('a@example.com', {
      roles: ['ORG_READ_ONLY'],
      groupRoleAssignments: [{ groupId: '5f0a11ce00000000000000ff', groupRoles: ['GROUP_OWNER'] }],
    });
    expect(invitationId).not.toBe(userId);
    const invitation = {
      id: invitationId,
      orgId: organization.id,
      orgName: 'Example',
      username: 'a@example.com',
      roles: ['ORG_READ_ONLY'],
      teamIds: [],
      groupRoleAssignments: [{ groupId: '5f0a11ce00000000000000ff', groupRole: 'GROUP_OWNER' }],
      createdAt: '2026-11-23T08:00:00.000Z',
      expiresAt: '2026-12-23T08:00:00.000Z',
      inviterUsername: 'owner@example.com',
      links: [],
    };
    expect((await api.get('/invites', INVITES)).json).toEqual([invitation]);
    expect((await api.get(`/invites/${invitationId}`, INVITES)).json).toEqual(invitation);
  });

  it.each([
    ['exact', 'Ann@Example.com', ['Ann@Example.com']],
    ['exact', 'ann@example.com', []],
    ['case-insensitive', 'ann@example.com', ['Ann@Example.com']],
    ['ignored', 'ann@example.com', ['Ann@Example.com', 'bob@example.com']],
  ] as const)('filters by username: %s, %s', async (usernameFilter, username, found) => {
    const { atlas, api, organization } = await withAtlas();
    atlas.settings.usernameFilter = usernameFilter;
    organization.invite('Ann@Example.com');
    organization.invite('bob@example.com');
    const { json } = await api.get(`/invites?username=${encodeURIComponent(username)}`, INVITES);
    expect((json as { username: string }[]).map((invitation) => invitation.username)).toEqual(found);
  });

  it('does not show what only the users endpoint knows', async () => {
    const { api, organization } = await withAtlas();
    const { invitationId, userId } = organization.invite('a@example.com', { listed: false });
    expect((await api.get('/invites?username=a@example.com', INVITES)).json).toEqual([]);
    expect((await api.delete(`/invites/${invitationId}`, INVITES)).status).toBe(400);
    expect((await api.delete(`/users/${userId}`, USERS)).status).toBe(204);
  });

  it('lets an invitation expire after thirty days, and a new one replaces the lapsed entry', async () => {
    const clock = stoppedClock();
    const { organization } = await withAtlas({ clock });
    const { userId } = organization.invite('a@example.com');
    clock.advance(30 * DAY - 1);
    expect(organization.invitations()).toHaveLength(1);
    clock.advance(1);
    expect(organization.invitations()).toHaveLength(0);
    expect(organization.person('a@example.com')).toMatchObject({ id: userId, status: 'INVITATION_EXPIRED' });
    expect(organization.invite('a@example.com').userId).not.toBe(userId);
    expect(organization.history.map(({ type }) => type)).toEqual(['invited', 'expired', 'invited']);
  });
});
