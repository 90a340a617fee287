import { describe, expect, it } from 'vitest';
import { api, INVITES, send, tokenOf, USERS, withAtlas } from './support.ts';

const ABSENT = '/invites/000000000000000000000000';

describe('routes', () => {
  it.each([
    ['GET', '/api/atlas/v2/orgs'],
    ['PATCH', '/api/atlas/v2/orgs/5f0a11ce0000000000000003/invites'],
    ['GET', '/api/atlas/v2/orgs/5f0a11ce0000000000000003/invites/a/b'],
    ['DELETE', '/api/atlas/v2/orgs/5f0a11ce0000000000000003/invites/'],
    ['GET', '/anything'],
  ] as const)('%s %s is unknown, whoever asks', async (method, path) => {
    const { atlas } = await withAtlas();
    const { status, json } = await send(`${atlas.url}${path}?x=y`, method);
    expect(status).toBe(404);
    expect(json).toEqual({
      detail: `Cannot find resource ${path}.`,
      error: 404,
      errorCode: 'RESOURCE_NOT_FOUND',
      parameters: [path],
      reason: 'Not Found',
    });
  });
});

describe('versions', () => {
  it.each([
    [ABSENT, '2025-02-19'],
    [ABSENT, '2024-01-01'],
    ['/users', '2025-03-12'],
    ['/users', 'x'],
  ])('%s does not exist as of %s', async (path, version) => {
    const { api } = await withAtlas();
    const { status, text } = await api.get(path, version);
    expect(status).toBe(406);
    expect(text).toBe(
      '{"detail":"Invalid accept header or version date.","error":406,"errorCode":"INVALID_VERSION_DATE","parameters":[],"reason":"Not Acceptable"}',
    );
  });

  it('are demanded', async () => {
    const { atlas, organization, bearer } = await withAtlas();
    const headers = { authorization: bearer, accept: 'application/json' };
    expect((await send(`${atlas.url}/api/atlas/v2/orgs/${organization.id}/users`, 'GET', headers)).status).toBe(406);
  });

  it.each([
    ['410', 410, 'VERSION_GONE'],
    ['404', 404, 'RESOURCE_NOT_FOUND'],
    ['406', 406, 'INVALID_VERSION_DATE'],
  ] as const)('with a sunset behind them answer %s; the successor lives on', async (sunset, status, errorCode) => {
    const { atlas, api, organization } = await withAtlas();
    const { invitationId } = organization.invite('a@example.com');
    atlas.settings.sunset = sunset;
    for (const path of ['/invites', `/invites/${invitationId}`, '/users']) {
      expect(await api.get(path, INVITES)).toMatchObject({ status, json: { error: status, errorCode } });
    }
    expect((await api.delete(`/invites/${invitationId}`, INVITES)).status).toBe(status);
    expect(organization.invitations()).toHaveLength(1);
    expect((await api.get('/users', USERS)).status).toBe(200);
    expect((await api.get('', INVITES)).status).toBe(200);
  });

  it('that are gone are named without a leading slash', async () => {
    const { atlas, api, organization } = await withAtlas();
    atlas.settings.sunset = '410';
    const path = `api/atlas/v2/orgs/${organization.id}/invites`;
    expect((await api.get('/invites', INVITES)).json).toEqual({
      detail: `Version 2023-01-01 of ${path} is no longer available.`,
      error: 410,
      errorCode: 'VERSION_GONE',
      parameters: ['2023-01-01', path],
      reason: 'Gone',
    });
  });
});

describe('access list', () => {
  it.each([
    [undefined, 200, undefined],
    [['203.0.113.7'], 200, undefined],
    [['203.0.113.0/24', '2001:db8::/32'], 200, undefined],
    [['198.51.100.1'], 403, 'IP_ADDRESS_NOT_ON_ACCESS_LIST'],
    [[], 403, 'ORG_REQUIRES_ACCESS_LIST'],
  ])('of %j answers a call from 203.0.113.7 with %d', async (accessList, status, errorCode) => {
    const { api, organization } = await withAtlas();
    organization.accessList = accessList;
    const answer = await api.get('/users', USERS);
    expect(answer.status).toBe(status);
    if (errorCode) expect(answer.json).toMatchObject({ errorCode, parameters: ['203.0.113.7'] });
  });

  it('may speak its old name', async () => {
    const { atlas, api, organization } = await withAtlas();
    organization.accessList = ['2001:db8::1'];
    atlas.settings.accessListCode = 'IP_ADDRESS_NOT_ON_WHITELIST';
    atlas.settings.callerAddress = '2001:db8::2';
    expect((await api.get('/users', USERS)).json).toMatchObject({ errorCode: 'IP_ADDRESS_NOT_ON_WHITELIST' });
  });
});

describe('organizations and roles', () => {
  it('an unknown organization is a 404 that the limiter has not seen', async () => {
    const { atlas, bearer } = await withAtlas();
    const headers = { authorization: bearer, accept: 'application/vnd.atlas.2025-02-19+json' };
    const id = '000000000000000000000000';
    const unknown = await send(`${atlas.url}/api/atlas/v2/orgs/${id}/users`, 'GET', headers);
    expect(unknown.json).toMatchObject({
      error: 404,
      errorCode: 'ORG_NOT_FOUND',
      detail: `No organization with ID ${id} exists.`,
    });
    expect(unknown.headers).not.toHaveProperty('ratelimit-limit');
    const malformed = await send(`${atlas.url}/api/atlas/v2/orgs/X/users`, 'GET', headers);
    expect(malformed.json).toMatchObject({ errorCode: 'INVALID_ORG_ID' });
  });

  it('a credential is good for its own organization only', async () => {
    const { atlas, bearer } = await withAtlas();
    const elsewhere = api(atlas, atlas.addOrganization(), bearer);
    expect(await elsewhere.get('/users', USERS)).toMatchObject({
      status: 401,
      json: { errorCode: 'USER_CANNOT_ACCESS_ORG' },
    });
  });

  it('a member may look but not delete, and hears a 401 of Atlas for it', async () => {
    const { atlas, organization } = await withAtlas();
    const member = organization.addServiceAccount({ roles: ['ORG_MEMBER'] });
    const calls = api(atlas, organization, `Bearer ${await tokenOf(atlas, member)}`);
    expect((await calls.get('/invites', INVITES)).status).toBe(200);
    for (const answer of [await calls.delete(ABSENT, INVITES), await calls.delete('/users/x', USERS)]) {
      expect(answer.status).toBe(401);
      expect(answer.json).toMatchObject({ errorCode: 'USER_UNAUTHORIZED', parameters: [] });
      expect(answer.headers).not.toHaveProperty('www-authenticate');
    }
    member.roles = ['ORG_OWNER'];
    expect((await calls.delete(ABSENT, INVITES)).status).toBe(400);
  });
});
