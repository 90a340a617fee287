import { describe, expect, it } from 'vitest';
import { SECRET_ID, type Stage } from '../support/stage.ts';
import {
  answered,
  costMeter,
  endOf,
  HOUR,
  liftRateLimits,
  MINUTE,
  repeat,
  serve,
  startClockedStage,
  tally,
  tryDeletion,
  tryReading,
} from './support.ts';

const STORM = 1_000;
const NOTHING = { exchanges: 0, reads: 0 };
const ONE_OF_EACH = { exchanges: 1, reads: 1 };

function storm({ service, organization }: Pick<Stage, 'service' | 'organization'>, count = STORM) {
  return repeat(count, () => tryDeletion(service, organization.id));
}

async function start({ roles = ['ORG_OWNER'] } = {}) {
  const stage = await startClockedStage();
  liftRateLimits(stage.atlas);
  stage.account.roles = roles;
  return { ...stage, cost: costMeter(stage) };
}

describe('a storm of 1,000 requests at once', () => {
  it('with no token yet costs one exchange', async () => {
    const stage = await start();
    expect(tally(await storm(stage))).toEqual({ InvitationNotFound: STORM });
    expect(stage.cost()).toEqual(ONE_OF_EACH);
  });

  it('whose token has died costs one exchange, and fails nobody', async () => {
    const stage = await start();
    await tryDeletion(stage.service, stage.organization.id);
    stage.cost();
    stage.account.revokeTokens();
    expect(tally(await storm(stage))).toEqual({ InvitationNotFound: STORM });
    expect(stage.cost()).toEqual(ONE_OF_EACH);
  });

  it('whose secret Atlas refuses costs one exchange and two readings', async () => {
    const stage = await start();
    stage.secretsManager.put(SECRET_ID, { clientId: stage.account.clientId, clientSecret: 'x' });
    expect(tally(await storm(stage))).toEqual({ AtlasUnauthorized: STORM });
    expect(stage.cost()).toEqual({ exchanges: 1, reads: 2 });
  });

  it('without the role costs one exchange more than with it', async () => {
    const stage = await start({ roles: ['ORG_READ_ONLY'] });
    expect(tally(await storm(stage))).toEqual({ AtlasUnauthorized: STORM });
    expect(stage.cost()).toEqual({ exchanges: 2, reads: 2 });
  });

  it('at a limit of the token endpoint costs one exchange', async () => {
    const stage = await start();
    stage.atlas.settings.tokenLimits.active = 0;
    expect(tally(await storm(stage))).toEqual({ AtlasRateLimited: STORM });
    expect(stage.cost()).toEqual(ONE_OF_EACH);
  });
});

describe('a 401 that lasts', () => {
  it('costs one reading of the secret a minute, and tokens that grow rarer, while reading goes on', async () => {
    const stage = await start({ roles: ['ORG_READ_ONLY'] });
    const { service, organization, clock, cost } = stage;
    const minute = async () => {
      const served = await repeat(4, (index) =>
        index % 2 ? tryReading(service, organization.id) : tryDeletion(service, organization.id),
      );
      expect(tally(served)).toEqual({ AtlasUnauthorized: 2, already_gone: 2 });
      return cost();
    };
    expect(await minute()).toEqual({ exchanges: 2, reads: 2 });
    const minted: number[] = [];
    for (let passed = 1; passed <= 40; passed += 1) {
      expect(await minute()).toEqual(NOTHING);
      clock.advance(MINUTE);
      const { exchanges, reads } = await minute();
      expect(reads).toBe(1);
      if (exchanges > 0) minted.push(passed);
      expect(exchanges).toBeLessThanOrEqual(1);
    }
    expect(minted).toEqual([1, 3, 7, 15, 30]);
    // 100 live tokens are all that a service account may have.
    expect(stage.account.activeTokens).toBe(2 + minted.length);
  });

  it('is over as soon as the role is given', async () => {
    const { service, organization, account } = await start({ roles: ['ORG_READ_ONLY'] });
    expect((await tryDeletion(service, organization.id)).failure).toMatchObject({
      name: 'AtlasUnauthorized',
      status: 502,
      errorCode: 'USER_UNAUTHORIZED',
      atlasStatus: 401,
    });
    account.roles = ['ORG_OWNER'];
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
  });

  it('is over within a minute of another secret being stored', async () => {
    const { service, organization, secretsManager, clock, cost } = await start({ roles: ['ORG_READ_ONLY'] });
    await tryDeletion(service, organization.id);
    clock.advance(10 * MINUTE);
    await tryDeletion(service, organization.id);
    const { clientId, clientSecret } = organization.addServiceAccount();
    secretsManager.put(SECRET_ID, { clientId, clientSecret });
    cost();
    clock.advance(MINUTE);
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
    expect(cost()).toEqual(ONE_OF_EACH);
  });

  it('of one invitation only costs no more, though others are cancelled all the time', async () => {
    const { service, organization, atlas, clock, cost } = await start();
    const { invitationId } = organization.invite('odd@example.com');
    const fault = { status: 401, body: { error: 401, errorCode: 'USER_UNAUTHORIZED' } };
    atlas.faults.always(({ path }) => (path.endsWith(invitationId) ? fault : undefined));
    const odd = () => serve(service, { orgId: organization.id, invitationId });
    await tryDeletion(service, organization.id);
    cost();
    for (let passed = 0; passed < 3; passed += 1) {
      for (let time = 0; time < 10; time += 1) {
        expect(endOf(await odd())).toBe('AtlasUnauthorized');
        expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
      }
      expect(cost()).toEqual(ONE_OF_EACH);
      clock.advance(MINUTE);
    }
  });

  it('of a deletion does not keep a dead token from being replaced for reading', async () => {
    const { service, organization, account, cost } = await start({ roles: ['ORG_READ_ONLY'] });
    await tryReading(service, organization.id);
    await tryDeletion(service, organization.id);
    await tryReading(service, organization.id);
    cost();
    for (let time = 0; time < 3; time += 1) {
      account.revokeTokens();
      expect(endOf(await tryReading(service, organization.id))).toBe('already_gone');
      expect(endOf(await tryDeletion(service, organization.id))).toBe('AtlasUnauthorized');
    }
    expect(cost()).toEqual({ exchanges: 3, reads: 3 });
  });

  it('leaves the token at hand to those whom it serves, where no other can be had', async () => {
    const { service, organization, atlas, account, clock } = await start({ roles: ['ORG_READ_ONLY'] });
    await tryReading(service, organization.id);
    atlas.settings.tokenLimits.active = 1;
    expect(endOf(await tryDeletion(service, organization.id))).toBe('AtlasRateLimited');
    expect(endOf(await tryReading(service, organization.id))).toBe('already_gone');
    clock.advance(MINUTE);
    expect(endOf(await tryDeletion(service, organization.id))).toBe('AtlasRateLimited');
    account.roles = ['ORG_OWNER'];
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
  });

  it('is renewed for the deletion of a pending user too, though that is sent once for each look', async () => {
    const { service, organization, secretsManager, atlas } = await start({ roles: ['ORG_READ_ONLY'] });
    atlas.settings.sunset = '410';
    organization.invite('a@example.com');
    await tryReading(service, organization.id);
    const { clientId, clientSecret } = organization.addServiceAccount();
    secretsManager.put(SECRET_ID, { clientId, clientSecret });
    const served = await serve(service, { orgId: organization.id, username: 'a@example.com' });
    expect(served.result).toMatchObject({ outcome: 'cancelled', via: 'users' });
  });
});

describe('a 401 that a new token cures', () => {
  it('is cured however often', async () => {
    const { service, organization, account, cost } = await start();
    await tryDeletion(service, organization.id);
    cost();
    for (let time = 0; time < 10; time += 1) {
      account.revokeTokens();
      expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
    }
    expect(cost()).toEqual({ exchanges: 10, reads: 10 });
  });

  it('is cured by the next try where the secret could not be read at once', async () => {
    const { service, organization, account, secretsManager } = await start();
    await tryDeletion(service, organization.id);
    account.revokeTokens();
    const denied = { status: 400, body: { __type: 'AccessDeniedException' } };
    secretsManager.faults.next(denied);
    expect(endOf(await tryDeletion(service, organization.id))).toBe('CredentialsInvalid');
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
  });
});

describe('a secret that Atlas refuses', () => {
  it('is tried again once a minute, with one reading', async () => {
    const { service, organization, account, secretsManager, clock, cost } = await start();
    secretsManager.put(SECRET_ID, { clientId: account.clientId, clientSecret: 'x' });
    await storm({ service, organization }, 10);
    expect(cost()).toEqual({ exchanges: 1, reads: 2 });
    for (let passed = 0; passed < 3; passed += 1) {
      clock.advance(MINUTE);
      expect(tally(await storm({ service, organization }, 10))).toEqual({ AtlasUnauthorized: 10 });
      await storm({ service, organization }, 10);
      expect(cost()).toEqual(ONE_OF_EACH);
    }
    secretsManager.put(SECRET_ID, { clientId: account.clientId, clientSecret: account.clientSecret });
    clock.advance(MINUTE);
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
  });
});

describe('the limits of the token endpoint', () => {
  it('of live tokens is a 503 with Retry-After, and is not asked again before that', async () => {
    const { service, organization, atlas, account, clock, cost } = await start();
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
    const { newService, organization, atlas, clock } = await start();
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
    const { service, organization, atlas, clock } = await start();
    atlas.settings.tokenLimits = { active: 100, mintsPerMinute: 0, retryAfter: true };
    expect((await tryDeletion(service, organization.id)).failure).toMatchObject({ status: 503, retryAfter: 60 });
    clock.advance(MINUTE);
    atlas.settings.tokenLimits.mintsPerMinute = 50;
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
  });
});

describe('a late answer', () => {
  it('does not put a dead token back', async () => {
    const { service, organization, account, secretsManager, atlas, clock } = await start();
    await tryDeletion(service, organization.id);
    clock.advance(HOUR - 5 * MINUTE);
    // A renewal ahead of time has its token minted from the old secret, and the answer is still on its way ...
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    atlas.faults.next({ act: true, delivery: 'hold', until: released }, /oauth/);
    const asked = answered(atlas, 1);
    const first = tryDeletion(service, organization.id);
    await asked;
    // ... when the old secret is deleted, and another request has a new token.
    const old = account.clientSecret;
    secretsManager.put(SECRET_ID, { clientId: account.clientId, clientSecret: account.addSecret() });
    account.deleteSecret(old);
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
    const minted = atlas.counts.tokensMinted;
    release();
    expect(endOf(await first)).toBe('InvitationNotFound');

    const before = atlas.counts.requests;
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
    expect([atlas.counts.requests - before, atlas.counts.tokensMinted - minted]).toEqual([1, 0]);
  });

  it('with a 401 to a token that was replaced meanwhile costs nothing', async () => {
    const { service, organization, account, atlas, cost } = await start();
    await tryDeletion(service, organization.id);
    account.revokeTokens();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    atlas.faults.next({ act: true, delivery: 'hold', until: released }, /DELETE/);
    const asked = answered(atlas, 1);
    const first = tryDeletion(service, organization.id);
    await asked;
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
    cost();
    release();
    expect(endOf(await first)).toBe('InvitationNotFound');
    expect(cost()).toEqual(NOTHING);
  });
});
