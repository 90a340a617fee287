import { describe, expect, it } from 'vitest';
import { failures } from '../../infra/emulators/secrets-manager/aws-error.ts';
import { SECRET_ID } from '../support/stage.ts';
import {
  answered,
  endOf,
  MINUTE,
  NO_INVITATION,
  NOTHING,
  ONE_OF_EACH,
  repeat,
  serve,
  startWithRoles,
  tally,
  tryDeletion,
  tryReading,
} from './support.ts';

const REFUSED = { status: 401, body: { error: 401, errorCode: 'USER_UNAUTHORIZED' } };
const HALF_MINUTE = MINUTE / 2;
/** In an hour the token that is minted ahead of the end of the first one is among them. */
const MOST_TOKENS_AN_HOUR = 8;

/** A stage with a member, whose removal is allowed here. */
async function startWithMember() {
  const stage = await startWithRoles();
  stage.organization.invite('member@example.com');
  stage.organization.accept('member@example.com');
  const services = [1, 2].map(() => stage.newService({ ALLOW_MEMBER_REMOVAL: 'true' }));
  return { ...stage, services };
}

describe('a 401 that lasts on one endpoint', () => {
  it('leaves the cancellations on the other alone, in two containers through an hour', async () => {
    const { services, organization, atlas, clock, account, cost } = await startWithMember();
    atlas.faults.always(({ method, path }) => (method === 'DELETE' && path.includes('/users/') ? REFUSED : undefined));
    const removal = { orgId: organization.id, username: 'member@example.com', ifAccepted: 'remove' };
    for (let passed = 0; passed < 60 * MINUTE; passed += HALF_MINUTE) {
      for (const [index, service] of services.entries()) {
        const { invitationId } = organization.invite(`p${index}.${passed}@example.com`);
        expect(endOf(await serve(service, { orgId: organization.id, invitationId }))).toBe('cancelled');
        expect(endOf(await serve(service, removal))).toBe('AtlasUnauthorized');
      }
      clock.advance(HALF_MINUTE);
    }
    expect(account.activeTokens).toBeLessThanOrEqual(2 * MOST_TOKENS_AN_HOUR);
    const { exchanges } = cost();
    expect(exchanges).toBeLessThanOrEqual(2 * MOST_TOKENS_AN_HOUR);
  });

  it('of one invitation mints tokens that grow rarer, reads the secret each minute, and fails no other', async () => {
    const { service, organization, atlas, clock, cost } = await startWithRoles();
    const { invitationId } = organization.invite('odd@example.com');
    atlas.faults.always(({ path }) => (path.endsWith(invitationId) ? REFUSED : undefined));
    await tryDeletion(service, organization.id);
    cost();
    const minted: number[] = [];
    for (let passed = 0; passed <= 40; passed += 1) {
      for (let time = 0; time < 3; time += 1) {
        expect(endOf(await serve(service, { orgId: organization.id, invitationId }))).toBe('AtlasUnauthorized');
        expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
      }
      const { exchanges, reads } = cost();
      expect(reads).toBe(1);
      if (exchanges > 0) minted.push(passed);
      expect(exchanges).toBeLessThanOrEqual(1);
      clock.advance(MINUTE);
    }
    expect(minted).toEqual([0, 1, 2, 4, 8, 16, 31]);
  });

  it('of one invitation costs no more where others are let in while another token is on its way', async () => {
    const { service, organization, atlas, cost } = await startWithRoles();
    const { invitationId } = organization.invite('odd@example.com');
    await tryDeletion(service, organization.id);
    atlas.faults.always(({ path }) => (path.endsWith(invitationId) ? REFUSED : undefined));
    cost();
    for (let time = 0; time < 3; time += 1) {
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      atlas.faults.next({ act: true, delivery: 'hold', until: released }, new RegExp(NO_INVITATION));
      const asked = answered(atlas, 1);
      const other = tryDeletion(service, organization.id);
      await asked;
      atlas.settings.before = async ({ path }) => {
        if (!path.includes('oauth')) return;
        release();
        await other;
      };
      expect(endOf(await serve(service, { orgId: organization.id, invitationId }))).toBe('AtlasUnauthorized');
      release();
      expect(endOf(await other)).toBe('InvitationNotFound');
    }
    expect(cost()).toEqual(ONE_OF_EACH);
  });

  it('does not fail the requests of another kind that a rotated secret serves, within the same minute', async () => {
    const { service, organization, account, secretsManager, cost } = await startWithRoles(['ORG_READ_ONLY']);
    expect(endOf(await tryDeletion(service, organization.id))).toBe('AtlasUnauthorized');
    cost();
    const old = account.clientSecret;
    secretsManager.put(SECRET_ID, { clientId: account.clientId, clientSecret: account.addSecret() });
    account.deleteSecret(old);
    // Reading was never asked for before: nothing shows that it is not refused for good too.
    expect(endOf(await tryReading(service, organization.id))).toBe('already_gone');
    expect(cost()).toEqual(ONE_OF_EACH);
  });

  it('has the secret read once for those of another kind that are refused too, and no token minted for them', async () => {
    const { service, atlas, cost } = await startWithRoles();
    const { id } = atlas.addOrganization();
    expect(endOf(await tryDeletion(service, id))).toBe('AtlasUnauthorized');
    cost();
    for (let time = 0; time < 3; time += 1) expect(endOf(await tryReading(service, id))).toBe('AtlasUnauthorized');
    expect(cost()).toEqual({ exchanges: 0, reads: 1 });
  });

  it('has the secret read once for those of another kind, though it cannot be had just then', async () => {
    const { service, atlas, secretsManager, cost } = await startWithRoles();
    const { id } = atlas.addOrganization();
    expect(endOf(await tryDeletion(service, id))).toBe('AtlasUnauthorized');
    secretsManager.faults.always(() => failures.accessDenied());
    cost();
    expect(endOf(await tryReading(service, id))).toBe('CredentialsInvalid');
    for (let time = 0; time < 3; time += 1) expect(endOf(await tryReading(service, id))).toBe('AtlasUnauthorized');
    expect(cost()).toEqual({ exchanges: 0, reads: 1 });
  });

  it('does not keep a rotated secret from being picked up for longer than a minute', async () => {
    const { service, organization, atlas, account, secretsManager, clock } = await startWithRoles();
    const { invitationId } = organization.invite('odd@example.com');
    atlas.faults.always(({ path }) => (path.endsWith(invitationId) ? REFUSED : undefined));
    for (let passed = 0; passed < 10; passed += 1) {
      await serve(service, { orgId: organization.id, invitationId });
      await tryDeletion(service, organization.id);
      clock.advance(MINUTE);
    }
    const old = account.clientSecret;
    secretsManager.put(SECRET_ID, { clientId: account.clientId, clientSecret: account.addSecret() });
    account.deleteSecret(old);
    const served = await repeat(20, () => tryDeletion(service, organization.id));
    expect(tally(served)).toEqual({ InvitationNotFound: 20 });
  });
});

describe('a single 401 to a token that lives', () => {
  it('fails one request where no other token can be had, and none after it', async () => {
    const { service, organization, atlas } = await startWithRoles();
    await tryDeletion(service, organization.id);
    atlas.settings.tokenLimits.active = 1;
    atlas.faults.next(REFUSED, /DELETE/);
    expect((await tryDeletion(service, organization.id)).failure).toMatchObject({
      name: 'AtlasRateLimited',
      status: 503,
    });
    const served = await repeat(10, () => tryDeletion(service, organization.id));
    expect(tally(served)).toEqual({ InvitationNotFound: 10 });
  });

  it('fails none of those who wait for the other token either', async () => {
    const { service, organization, atlas, clock, cost } = await startWithRoles();
    await tryDeletion(service, organization.id);
    atlas.settings.tokenLimits.active = 1;
    atlas.faults.next(REFUSED, /DELETE/);
    const waiting: ReturnType<typeof tryDeletion>[] = [];
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    atlas.settings.before = async ({ path }) => {
      if (!path.includes('oauth')) return;
      atlas.settings.before = undefined;
      waiting.push(...Array.from({ length: 10 }, () => tryDeletion(service, organization.id)));
      resolve();
    };
    const first = tryDeletion(service, organization.id);
    await asked;
    expect(endOf(await first)).toBe('AtlasRateLimited');
    expect(tally(await Promise.all(waiting))).toEqual({ InvitationNotFound: 10 });
    // Nor is it renewed ahead of its time.
    cost();
    clock.advance(2 * MINUTE);
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
    expect(cost()).toEqual(NOTHING);
  });
});
