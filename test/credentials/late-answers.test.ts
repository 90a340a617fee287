import { describe, expect, it } from 'vitest';
import { SECRET_ID } from '../support/stage.ts';
import {
  answered,
  apiRequests,
  endOf,
  HOUR,
  MINUTE,
  NOTHING,
  repeat,
  startWithRoles,
  tally,
  tryDeletion,
} from './support.ts';

describe('a late answer', () => {
  it('does not put a dead token back', async () => {
    const { service, organization, account, secretsManager, atlas, clock } = await startWithRoles();
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

  it('with the token in the place of a dead one is waited for: nothing is sent with the dead one meanwhile', async () => {
    const { service, organization, account, atlas } = await startWithRoles();
    await tryDeletion(service, organization.id);
    account.revokeTokens();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    atlas.faults.next({ act: true, delivery: 'hold', until: released }, /oauth/);
    const asked = answered(atlas, 2);
    const first = tryDeletion(service, organization.id);
    await asked;
    const others = repeat(5, () => tryDeletion(service, organization.id));
    release();
    expect(tally([await first, ...(await others)])).toEqual({ InvitationNotFound: 6 });
    expect(apiRequests(atlas).filter(({ status }) => status === 401)).toHaveLength(1);
  });

  it('with a 401 to a token that was replaced meanwhile costs nothing', async () => {
    const { service, organization, account, atlas, cost } = await startWithRoles();
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
