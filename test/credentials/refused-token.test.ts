import { describe, expect, it } from 'vitest';
import { SECRET_ID } from '../support/stage.ts';
import {
  endOf,
  MINUTE,
  NOTHING,
  ONE_OF_EACH,
  repeat,
  serve,
  startWithRoles,
  tally,
  tryDeletion,
  tryReading,
} from './support.ts';

describe('a 401 that lasts', () => {
  it('costs one reading of the secret a minute, and tokens that grow rarer, while reading goes on', async () => {
    const stage = await startWithRoles(['ORG_READ_ONLY']);
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

  it('is not taken for the death of a credential that worked, once it has not been met for long', async () => {
    const { service, organization, atlas, account, clock, cost } = await startWithRoles();
    await tryDeletion(service, organization.id);
    account.roles = ['ORG_READ_ONLY'];
    await tryDeletion(service, organization.id);
    await tryReading(service, organization.id);
    clock.advance(20 * MINUTE);
    cost();
    expect(endOf(await tryDeletion(service, atlas.addOrganization().id))).toBe('AtlasUnauthorized');
    expect(endOf(await tryDeletion(service, organization.id))).toBe('AtlasUnauthorized');
    // It is refused for the first time in a while, as is the other organization's.
    expect(cost()).toEqual({ exchanges: 1, reads: 2 });
  });

  it('is over as soon as the role is given', async () => {
    const { service, organization, account } = await startWithRoles(['ORG_READ_ONLY']);
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
    const { service, organization, secretsManager, clock, cost } = await startWithRoles(['ORG_READ_ONLY']);
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

  it('is forgotten once another secret has cured it', async () => {
    const { service, organization, secretsManager, clock, cost } = await startWithRoles(['ORG_READ_ONLY']);
    for (let passed = 0; passed < 10; passed += 1) {
      await tryDeletion(service, organization.id);
      clock.advance(MINUTE);
    }
    const account = organization.addServiceAccount();
    const { clientId, clientSecret } = account;
    secretsManager.put(SECRET_ID, { clientId, clientSecret });
    for (let time = 0; time < 3; time += 1) {
      expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
      account.revokeTokens();
    }
    account.roles = ['ORG_READ_ONLY'];
    cost();
    for (let passed = 0; passed < 3; passed += 1) {
      expect(endOf(await tryDeletion(service, organization.id))).toBe('AtlasUnauthorized');
      expect(cost()).toEqual(ONE_OF_EACH);
      clock.advance(MINUTE);
    }
  });

  it('of every use costs no more tokens than one of a single use, and one reading for each, however long ago the last was', async () => {
    const { service, organization, atlas, clock, cost } = await startWithRoles();
    await tryDeletion(service, organization.id);
    await tryReading(service, organization.id);
    const refusal = { status: 401, body: { error: 401, errorCode: 'USER_UNAUTHORIZED' } };
    atlas.faults.always(({ path }) => (path.startsWith('/api/atlas/') ? refusal : undefined));
    cost();
    for (let time = 0; time < 3; time += 1) {
      for (let request = 0; request < 5; request += 1) {
        expect(endOf(await tryDeletion(service, organization.id))).toBe('AtlasUnauthorized');
        expect(endOf(await tryReading(service, organization.id))).toBe('AtlasUnauthorized');
      }
      expect(cost()).toEqual({ exchanges: 1, reads: 2 });
      clock.advance(MINUTE);
      for (let request = 0; request < 5; request += 1) {
        await tryReading(service, organization.id);
        await tryDeletion(service, organization.id);
      }
      expect(cost()).toEqual(ONE_OF_EACH);
      clock.advance(16 * MINUTE);
    }
  });

  it('of one invitation only costs no more, though others are cancelled all the time', async () => {
    const { service, organization, atlas, clock, cost } = await startWithRoles();
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
    const { service, organization, account, cost } = await startWithRoles(['ORG_READ_ONLY']);
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
    const { service, organization, atlas, account, clock } = await startWithRoles(['ORG_READ_ONLY']);
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
    const { service, organization, secretsManager, atlas } = await startWithRoles(['ORG_READ_ONLY']);
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
    const { service, organization, account, cost } = await startWithRoles();
    await tryDeletion(service, organization.id);
    cost();
    for (let time = 0; time < 10; time += 1) {
      account.revokeTokens();
      expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
    }
    expect(cost()).toEqual({ exchanges: 10, reads: 10 });
  });

  it('is cured by the next try where the secret could not be read at once', async () => {
    const { service, organization, account, secretsManager } = await startWithRoles();
    await tryDeletion(service, organization.id);
    account.revokeTokens();
    const denied = { status: 400, body: { __type: 'AccessDeniedException' } };
    secretsManager.faults.next(denied);
    expect(endOf(await tryDeletion(service, organization.id))).toBe('CredentialsInvalid');
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
  });
});
