import { describe, expect, it } from 'vitest';
import { INVITES, stoppedClock, USERS, withAtlas } from './support.ts';

/** One person of each kind, with an owner. */
async function withPeople() {
  const started = await withAtlas({ clock: stoppedClock() });
  const { organization } = started;
  organization.addMember('owner@example.com', { owner: true });
  organization.addMember('member@example.com');
  organization.invite('pending@example.com');
  for (const name of ['expired@example.com', 'rejected@example.com']) organization.invite(name);
  organization.expire('expired@example.com');
  organization.reject('rejected@example.com');
  const idOf = (name: string) => organization.person(name)?.id ?? 'absent';
  return { ...started, idOf };
}

function usernames(json: unknown): string[] {
  return (json as { results: { username: string }[] }).results.map(({ username }) => username.split('@')[0] ?? '');
}

describe('GET /orgs/{orgId}/users', () => {
  it.each([
    ['', ['owner', 'member', 'pending']],
    ['?orgMembershipStatus=ACTIVE', ['owner', 'member']],
    ['?orgMembershipStatuses=PENDING&orgMembershipStatuses=INVITATION_EXPIRED', ['pending', 'expired']],
    ['?orgMembershipStatuses=INVITATION_REJECTED', ['rejected']],
    ['?username=pending@example.com', ['pending']],
    ['?username=expired@example.com', []],
    ['?username=expired@example.com&orgMembershipStatuses=INVITATION_EXPIRED', ['expired']],
    ['?username=PENDING@example.com', []],
  ])('with %j shows %j', async (query, found) => {
    const { api } = await withPeople();
    expect(usernames((await api.get(`/users${query}`, USERS)).json)).toEqual(found);
  });

  it('shows members only in the deprecated version', async () => {
    const { api } = await withPeople();
    const { json, headers } = await api.get('/users', INVITES);
    expect(usernames(json)).toEqual(['owner', 'member']);
    expect(headers['sunset']).toBe('Thu, 1 Jul 2027 00:00:00 GMT');
    expect((await api.get('/users', USERS)).headers).not.toHaveProperty('sunset');
  });

  it.each([
    ['?orgMembershipStatus=ACTIVE&orgMembershipStatuses=PENDING', 'MUTUALLY_EXCLUSIVE_QUERY_PARAMETERS'],
    ['?orgMembershipStatuses=GONE', 'INVALID_ENUM_VALUE'],
    ['?itemsPerPage=501', 'INVALID_QUERY_PARAMETER'],
    ['?pageNum=0', 'INVALID_QUERY_PARAMETER'],
  ])('refuses %s', async (query, errorCode) => {
    const { api } = await withPeople();
    expect(await api.get(`/users${query}`, USERS)).toMatchObject({ status: 400, json: { errorCode } });
  });

  it('comes in pages, with links that must not be followed and an estimated total', async () => {
    const { atlas, api, organization } = await withAtlas();
    for (let person = 0; person < 5; person += 1) organization.invite(`p${person}@example.com`);
    const { json } = await api.get('/users?itemsPerPage=2&pageNum=2', USERS);
    expect(usernames(json)).toEqual(['p2', 'p3']);
    const { links, totalCount } = json as { links: { rel: string; href: string }[]; totalCount: number };
    expect(links.map(({ rel }) => rel)).toEqual(['self', 'previous', 'next']);
    for (const { href } of links) expect(href).toMatch(/^http:\/\/localhost:8080\//);
    expect(totalCount).toBe(8);
    atlas.settings.itemsPerPage = { default: 3, maximum: 500 };
    const last = (await api.get('/users?pageNum=2&includeCount=false', USERS)).json;
    expect(usernames(last)).toEqual(['p3', 'p4']);
    expect(last).not.toHaveProperty('totalCount');
  });
});

describe('GET /orgs/{orgId}/users/{userId}', () => {
  it('shows a pending person with the dates of the invitation', async () => {
    const { api, idOf } = await withPeople();
    expect((await api.get(`/users/${idOf('pending@example.com')}`, USERS)).json).toEqual({
      id: idOf('pending@example.com'),
      invitationCreatedAt: '2026-11-23T08:00:00.000Z',
      invitationExpiresAt: '2026-12-23T08:00:00.000Z',
      inviterUsername: 'owner@example.com',
      orgMembershipStatus: 'PENDING',
      roles: { groupRoleAssignments: [], orgRoles: ['ORG_MEMBER'] },
      teamIds: [],
      username: 'pending@example.com',
    });
    const rejected = await api.get(`/users/${idOf('rejected@example.com')}`, USERS);
    expect(rejected.json).toMatchObject({ orgMembershipStatus: 'INVITATION_REJECTED', invitationExpiresAt: null });
  });

  it('shows an accepted person as a member of the same id', async () => {
    const { api, organization, idOf } = await withPeople();
    organization.accept('pending@example.com');
    const { json } = await api.get(`/users/${idOf('pending@example.com')}`, USERS);
    expect(json).toMatchObject({ orgMembershipStatus: 'ACTIVE', username: 'pending@example.com' });
    expect(json).not.toHaveProperty('invitationExpiresAt');
  });

  it('tells an unknown id, a former member and a malformed id apart', async () => {
    const { api, idOf } = await withPeople();
    const id = idOf('member@example.com');
    await api.delete(`/users/${id}`, USERS);
    expect((await api.get(`/users/${id}`, USERS)).json).toMatchObject({ error: 404, errorCode: 'USER_NOT_IN_ORG' });
    const unknown = await api.get('/users/000000000000000000000000', USERS);
    expect(unknown.json).toMatchObject({ error: 404, errorCode: 'USER_NOT_FOUND' });
    expect((await api.get('/users/x', USERS)).json).toMatchObject({ error: 404, errorCode: 'INVALID_USER_ID' });
  });
});

describe('DELETE /orgs/{orgId}/users/{userId}', () => {
  it.each(['pending', 'member', 'expired', 'rejected'])('removes a person who is %s', async (kind) => {
    const { api, organization, idOf } = await withPeople();
    const name = `${kind}@example.com`;
    const status = organization.person(name)?.status;
    const { headers, ...answer } = await api.delete(`/users/${idOf(name)}`, USERS);
    expect(answer).toMatchObject({ status: 204, text: '' });
    expect(headers).not.toHaveProperty('deprecation');
    expect(organization.person(name)).toBeUndefined();
    expect(organization.history.at(-1)).toMatchObject({ type: 'removed', username: name, status, via: 'users' });
    if (kind === 'pending') expect((await api.get('/invites', INVITES)).json).toEqual([]);
  });

  it('keeps the last owner', async () => {
    const { api, organization, idOf } = await withPeople();
    const owner = `/users/${idOf('owner@example.com')}`;
    expect(await api.delete(owner, USERS)).toMatchObject({
      status: 403,
      json: { errorCode: 'CANNOT_DELETE_LAST_ADMIN' },
    });
    organization.addMember('second@example.com', { owner: true });
    expect((await api.delete(owner, USERS)).status).toBe(204);
  });

  it('removes members only in the deprecated version, and lapsed entries only where that is switched on', async () => {
    const { atlas, api, idOf } = await withPeople();
    expect((await api.delete(`/users/${idOf('pending@example.com')}`, INVITES)).status).toBe(404);
    expect((await api.delete(`/users/${idOf('member@example.com')}`, INVITES)).status).toBe(204);
    atlas.settings.removesLapsed = false;
    expect((await api.delete(`/users/${idOf('expired@example.com')}`, USERS)).status).toBe(404);
  });

  it('removes a member who accepted between a look and the delete: nothing on the server prevents it', async () => {
    const { atlas, api, organization, idOf } = await withPeople();
    const id = idOf('pending@example.com');
    atlas.settings.before = ({ method }) => {
      if (method === 'DELETE') organization.accept('pending@example.com');
    };
    expect((await api.get(`/users/${id}`, USERS)).json).toMatchObject({ orgMembershipStatus: 'PENDING' });
    expect((await api.delete(`/users/${id}`, USERS)).status).toBe(204);
    expect(organization.history.at(-1)).toMatchObject({ type: 'removed', status: 'ACTIVE' });
  });
});
