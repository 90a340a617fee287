import { describe, expect, it } from 'vitest';
import { askForToken, basic, INVITES, oauth, send, stoppedClock, tokenOf, withAtlas } from './support.ts';

const DAY = 86_400_000;

describe('token endpoint', () => {
  it('gives a bearer token of one hour for the raw client id and secret', async () => {
    const { atlas, account } = await withAtlas();
    const { status, json } = await askForToken(atlas, account);
    expect(status).toBe(200);
    expect(json).toEqual({ access_token: expect.stringMatching(/^eyJ/), expires_in: 3600, token_type: 'Bearer' });
    expect(account.clientId).toMatch(/^mdb_sa_id_[a-f0-9]{24}$/);
    expect(account.clientSecret).toMatch(/^mdb_sa_sk_[A-Za-z0-9_-]{40}$/);
  });

  const form = 'grant_type=client_credentials';
  const invalidClient = { error_description: 'Invalid credentials provided.', error: 'invalid_client' };
  it.each([
    ['a wrong secret', (id: string) => basic(id, 'wrong'), form, 401, invalidClient],
    [
      'an unknown client',
      (_: string, secret: string) => basic('mdb_sa_id_000000000000000000000000', secret),
      form,
      401,
      invalidClient,
    ],
    [
      '`_` sent as %5F',
      (id: string, secret: string) => basic(id.replaceAll('_', '%5F'), secret.replaceAll('_', '%5F')),
      form,
      401,
      invalidClient,
    ],
    [
      'another grant type',
      basic,
      'grant_type=password',
      400,
      { error_description: 'Invalid grant type.', error: 'unsupported_grant_type' },
    ],
    ['no grant type', basic, 'scope=x', 400, { error_description: 'Invalid grant.', error: 'invalid_grant' }],
    [
      'no Basic credentials',
      () => 'Bearer x',
      form,
      400,
      { error_description: 'The provided credentials are not valid.', error: 'invalid_request' },
    ],
  ])('refuses %s', async (_, authorization, body, status, error) => {
    const { atlas, account } = await withAtlas();
    const answer = await oauth(atlas, 'token', authorization(account.clientId, account.clientSecret), body);
    expect(answer).toMatchObject({ status, json: error });
    expect(atlas.counts).toMatchObject({ tokensMinted: 1, tokenRequests: 2 });
  });

  it('answers the 51st request of a minute with a 429 in the shape of Atlas, and the next minute as before', async () => {
    const clock = stoppedClock();
    const { atlas, account } = await withAtlas({ clock });
    for (let request = 2; request <= 50; request += 1) await tokenOf(atlas, account);
    const refused = await askForToken(atlas, account);
    expect(refused.status).toBe(429);
    expect(refused.json).toEqual({
      detail: 'Resource /api/oauth/token is limited to 50 requests every 1 minutes.',
      error: 429,
      errorCode: 'RATE_LIMITED',
      parameters: ['/api/oauth/token', 50, 1],
      reason: 'Too Many Requests',
    });
    expect(refused.headers['retry-after']).toBeUndefined();
    atlas.settings.tokenLimits.retryAfter = true;
    clock.advance(20_000);
    expect((await askForToken(atlas, account)).headers['retry-after']).toBe('40');
    clock.advance(40_000);
    expect((await askForToken(atlas, account)).status).toBe(200);
    expect(atlas.counts.answered429).toBe(2);
  });

  it('refuses the 101st active token, and gives one again when the old ones have expired', async () => {
    const clock = stoppedClock();
    const { atlas, account } = await withAtlas({ clock });
    for (let token = 2; token <= 100; token += 1) {
      clock.advance(1_300);
      await tokenOf(atlas, account);
    }
    clock.advance(60_000);
    expect(await askForToken(atlas, account)).toMatchObject({ status: 403, json: { error: 'access_denied' } });
    clock.advance(3_600_000);
    expect((await askForToken(atlas, account)).status).toBe(200);
    expect(account.activeTokens).toBe(1);
  });

  it('checks the access list only where that is asked of it', async () => {
    const { atlas, organization, account } = await withAtlas();
    organization.accessList = ['198.51.100.0/24'];
    expect((await askForToken(atlas, account)).status).toBe(200);
    atlas.settings.accessListAtTokenEndpoint = true;
    expect(await askForToken(atlas, account)).toMatchObject({ status: 403, json: { error: 'access_denied' } });
  });

  it('revokes a token with an empty 200', async () => {
    const { atlas, account, api, bearer } = await withAtlas();
    expect((await api.get('', INVITES)).status).toBe(200);
    const revoked = await oauth(
      atlas,
      'revoke',
      basic(account.clientId, account.clientSecret),
      `token=${bearer.slice(7)}`,
    );
    expect(revoked).toMatchObject({ status: 200, text: '' });
    expect((await api.get('', INVITES)).status).toBe(401);
  });

  it('has no other method and no other path', async () => {
    const { atlas } = await withAtlas();
    expect((await send(`${atlas.url}/api/oauth/token`, 'GET')).status).toBe(404);
    expect((await send(`${atlas.url}/api/oauth/other`, 'POST')).status).toBe(404);
  });
});

describe('secrets of a service account', () => {
  it('are two at most, and a new one cuts the life of the other to seven days', async () => {
    const clock = stoppedClock();
    const { atlas, account } = await withAtlas({ clock });
    const first = account.clientSecret;
    const second = account.addSecret();
    expect(() => account.addSecret()).toThrow('two secrets');
    expect((await askForToken(atlas, account, first)).status).toBe(200);
    clock.advance(7 * DAY);
    expect((await askForToken(atlas, account, first)).status).toBe(401);
    expect((await askForToken(atlas, account, second)).status).toBe(200);
  });

  it('take their tokens with them when they are deleted, and leave those of the other', async () => {
    const { atlas, account, organization, api } = await withAtlas();
    const first = account.clientSecret;
    account.addSecret();
    const other = await tokenOf(atlas, account);
    account.deleteSecret(first);
    expect((await api.get('', INVITES)).status).toBe(401);
    const headers = { authorization: `Bearer ${other}`, accept: 'application/vnd.atlas.2023-01-01+json' };
    expect((await send(`${atlas.url}/api/atlas/v2/orgs/${organization.id}`, 'GET', headers)).status).toBe(200);
  });
});

describe('a dead token', () => {
  it.each([
    [{ body: 'empty', wwwAuthenticate: false }, '', undefined],
    [{ body: 'empty', wwwAuthenticate: true }, '', 'Bearer error="invalid_token"'],
    [{ body: 'NO_CURRENT_USER', wwwAuthenticate: false }, 'NO_CURRENT_USER', undefined],
  ])('is answered 401 as %j', async (variant, text, challenge) => {
    const { atlas, account, api } = await withAtlas();
    account.revokeTokens();
    atlas.settings.revokedTokenAnswer = variant;
    const answer = await api.get('', INVITES);
    expect(answer.status).toBe(401);
    expect(answer.text).toContain(text);
    expect(answer.text === '').toBe(variant.body === 'empty');
    expect(answer.headers['www-authenticate']).toBe(challenge);
  });

  it('is one whose hour is over', async () => {
    const clock = stoppedClock();
    const { api } = await withAtlas({ clock });
    clock.advance(3_599_999);
    expect((await api.get('', INVITES)).status).toBe(200);
    clock.advance(1);
    expect((await api.get('', INVITES)).status).toBe(401);
  });
});
