import { describe, expect, it } from 'vitest';
import { SECRET_ID } from '../support/stage.ts';
import { endOf, HOUR, MINUTE, NOTHING, ONE_OF_EACH, repeat, startWithRoles, tally, tryDeletion } from './support.ts';

describe('a secret that Atlas refuses', () => {
  it('is tried again once a minute, with one reading', async () => {
    const { service, organization, account, secretsManager, clock, cost } = await startWithRoles();
    secretsManager.put(SECRET_ID, { clientId: account.clientId, clientSecret: 'x' });
    await repeat(10, () => tryDeletion(service, organization.id));
    expect(cost()).toEqual({ exchanges: 1, reads: 2 });
    for (let passed = 0; passed < 3; passed += 1) {
      clock.advance(MINUTE);
      expect(tally(await repeat(10, () => tryDeletion(service, organization.id)))).toEqual({ AtlasUnauthorized: 10 });
      await repeat(10, () => tryDeletion(service, organization.id));
      expect(cost()).toEqual(ONE_OF_EACH);
    }
    secretsManager.put(SECRET_ID, { clientId: account.clientId, clientSecret: account.clientSecret });
    clock.advance(MINUTE);
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
  });
});

describe('a secret that is another one each time it is read', () => {
  it('is tried three times for one request, and not without end', async () => {
    const { service, organization, account, secretsManager, atlas } = await startWithRoles();
    const { clientId, clientSecret } = account;
    let exchanges = 0;
    atlas.settings.before = ({ path }) => {
      if (!path.includes('oauth')) return;
      exchanges += 1;
      secretsManager.put(SECRET_ID, { clientId, clientSecret: exchanges < 9 ? `x${exchanges}` : clientSecret });
    };
    secretsManager.put(SECRET_ID, { clientId, clientSecret: 'x' });
    expect(endOf(await tryDeletion(service, organization.id))).toBe('AtlasUnauthorized');
    expect(exchanges).toBe(3);
  });
});

describe('a function whose address Atlas blocks', () => {
  it('asks for a token once a minute, and is told the same without it', async () => {
    const { service, organization, atlas, clock } = await startWithRoles();
    const body = { error: 'access_denied', error_description: 'IP access list validation failed.' };
    atlas.faults.always(({ path }) => (path.includes('oauth') ? { status: 403, body } : undefined));
    for (let minutes = 1; minutes <= 3; minutes += 1) {
      for (let time = 0; time < 3; time += 1) {
        const { failure } = await tryDeletion(service, organization.id);
        expect(failure).toMatchObject({ name: 'AtlasAccessListBlocked', status: 502, retryAfter: undefined });
        clock.advance(10_000);
      }
      expect(atlas.requests).toHaveLength(minutes);
      clock.advance(30_000);
    }
  });
});

describe('the limits of the token endpoint', () => {
  it('of live tokens is a 503 with Retry-After, and is not asked again before that', async () => {
    const { service, organization, atlas, account, clock, cost } = await startWithRoles();
    const secret = account.authenticate(account.clientSecret);
    if (!secret) throw new Error('the secret of the stage does not work');
    for (let token = 0; token < 100; token += 1) account.mint(secret);
    const { failure } = await tryDeletion(service, organization.id);
    expect(failure).toMatchObject({ name: 'AtlasRateLimited', status: 503, retryAfter: 60, atlasStatus: 403 });
    expect(cost()).toEqual(ONE_OF_EACH);
    clock.advance(20_500);
    expect((await tryDeletion(service, organization.id)).failure).toMatchObject({ status: 503, retryAfter: 40 });
    expect(cost()).toEqual(NOTHING);
    clock.advance(HOUR);
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
    expect(atlas.counts.answered429).toBe(0);
  });

  it('of 50 exchanges a minute is never pushed at', async () => {
    const { newService, organization, atlas, clock } = await startWithRoles();
    const services = Array.from({ length: 60 }, () => newService());
    const attempt = async () => tally(await Promise.all(services.map((one) => tryDeletion(one, organization.id))));
    expect(await attempt()).toEqual({ InvitationNotFound: 50, AtlasRateLimited: 10 });
    expect(atlas.counts.answered429).toBe(10);
    expect(await attempt()).toEqual({ InvitationNotFound: 50, AtlasRateLimited: 10 });
    expect(atlas.counts.answered429).toBe(10);
    clock.advance(MINUTE);
    expect(await attempt()).toEqual({ InvitationNotFound: 60 });
    expect(atlas.counts.answered429).toBe(10);
  });

  it('says how long to wait where Atlas does', async () => {
    const { service, organization, atlas, clock } = await startWithRoles();
    atlas.settings.tokenLimits = { active: 100, mintsPerMinute: 0, retryAfter: true };
    expect((await tryDeletion(service, organization.id)).failure).toMatchObject({ status: 503, retryAfter: 60 });
    clock.advance(MINUTE);
    atlas.settings.tokenLimits.mintsPerMinute = 50;
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
  });
});
