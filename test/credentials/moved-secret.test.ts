import { describe, expect, it } from 'vitest';
import { SECRET_ID, type Stage } from '../support/stage.ts';
import { endOf, HOUR, MINUTE, NOTHING, ONE_OF_EACH, repeat, startWithRoles, tally, tryDeletion } from './support.ts';

const ONE_READING = { exchanges: 0, reads: 1 };

/** A warm stage, where the secret names its organization; `move` stores the credentials of the other one under its name. */
async function startNamed() {
  const stage = await startWithRoles();
  const { service, organization, account, secretsManager, atlas, cost } = stage;
  const other = atlas.addOrganization();
  const elsewhere = other.addServiceAccount();
  const own = { clientId: account.clientId, clientSecret: account.clientSecret, orgId: organization.id };
  const moved = { clientId: elsewhere.clientId, clientSecret: elsewhere.clientSecret, orgId: other.id };
  secretsManager.put(SECRET_ID, own);
  const ask = async () => endOf(await tryDeletion(service, organization.id));
  const askElsewhere = async () => endOf(await tryDeletion(service, other.id));
  expect(await ask()).toBe('InvitationNotFound');
  cost();
  return { ...stage, other, ask, askElsewhere, own, move: () => secretsManager.put(SECRET_ID, moved) };
}

/** Does this while the next token is being exchanged, before Atlas answers, and resolves with what comes of it. */
function duringExchange<T>({ settings }: Stage['atlas'], act: () => Promise<T>): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<T>();
  settings.before = ({ path }) => {
    if (!path.includes('oauth')) return;
    settings.before = undefined;
    resolve(act());
  };
  return promise;
}

describe('a secret that moves to another organization', () => {
  it('serves that one within a minute, and its former one no more', async () => {
    const { ask, askElsewhere, move, clock, cost } = await startNamed();
    move();
    clock.advance(MINUTE);
    expect(await askElsewhere()).toBe('InvitationNotFound');
    expect(cost()).toEqual(ONE_OF_EACH);
    expect(await ask()).toBe('Forbidden');
    expect(await askElsewhere()).toBe('InvitationNotFound');
    expect(cost()).toEqual(NOTHING);
  });

  it('and back again serves the first as before', async () => {
    const { ask, move, askElsewhere, clock, cost, secretsManager, own } = await startNamed();
    move();
    clock.advance(MINUTE);
    await askElsewhere();
    secretsManager.put(SECRET_ID, own);
    cost();
    clock.advance(MINUTE);
    expect(await ask()).toBe('InvitationNotFound');
    expect(cost()).toEqual(ONE_OF_EACH);
  });

  it('is read once for all who ask at once', async () => {
    const { service, other, move, clock, cost } = await startNamed();
    move();
    clock.advance(MINUTE);
    expect(tally(await repeat(20, () => tryDeletion(service, other.id)))).toEqual({ InvitationNotFound: 20 });
    expect(cost()).toEqual(ONE_OF_EACH);
  });

  it('while Atlas refuses what was read before serves whoever waits there for the other organization', async () => {
    const { service, organization, account, secretsManager, atlas, other, clock } = await startNamed();
    clock.advance(MINUTE);
    const elsewhere = other.addServiceAccount();
    secretsManager.put(SECRET_ID, { clientId: account.clientId, clientSecret: 'deleted-meanwhile' });
    account.revokeTokens();
    const waiting = duringExchange(atlas, () => {
      const { clientId, clientSecret } = elsewhere;
      secretsManager.put(SECRET_ID, { clientId, clientSecret, orgId: other.id });
      return tryDeletion(service, other.id);
    });
    expect(endOf(await tryDeletion(service, organization.id))).toBe('Forbidden');
    expect(endOf(await waiting)).toBe('InvitationNotFound');
  });

  it('and comes to name it only while Atlas refuses what was read before serves no other that waits there', async () => {
    const { service, organization, account, secretsManager, atlas, other, own, clock } = await startNamed();
    clock.advance(MINUTE);
    secretsManager.put(SECRET_ID, { clientId: account.clientId, clientSecret: 'deleted-meanwhile' });
    account.revokeTokens();
    const waiting = duringExchange(atlas, () => {
      secretsManager.put(SECRET_ID, own);
      return tryDeletion(service, other.id);
    });
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
    expect(endOf(await waiting)).toBe('Forbidden');
    expect(atlas.requests.filter(({ path }) => path.includes(other.id))).toEqual([]);
  });
});

describe('a request for an organization that the secret does not serve', () => {
  it('costs one reading a minute with all the others, no token, and nothing of those whom it serves', async () => {
    const { service, other, ask, atlas, clock, cost } = await startNamed();
    const before = atlas.counts.tokenRequests;
    expect(tally(await repeat(10, () => tryDeletion(service, other.id)))).toEqual({ Forbidden: 10 });
    expect(cost()).toEqual(NOTHING);
    for (let passed = 1; passed <= 5; passed += 1) {
      clock.advance(MINUTE);
      expect(tally(await repeat(10, () => tryDeletion(service, other.id)))).toEqual({ Forbidden: 10 });
      clock.advance(MINUTE - 1);
      expect(tally(await repeat(10, () => tryDeletion(service, other.id)))).toEqual({ Forbidden: 10 });
      expect(await ask()).toBe('InvitationNotFound');
      expect(cost()).toEqual(ONE_READING);
    }
    expect(atlas.counts.tokenRequests).toBe(before);
  });

  it('gets no credentials of another where the secret cannot be read, and is told to come again', async () => {
    const { service, other, ask, secretsManager, atlas, clock } = await startNamed();
    clock.advance(MINUTE);
    secretsManager.faults.next({ status: 400, body: { __type: 'AccessDeniedException' } });
    const before = atlas.counts.requests;
    expect((await tryDeletion(service, other.id)).failure).toMatchObject({ name: 'CredentialsInvalid', retry: true });
    expect(atlas.counts.requests).toBe(before);
    expect(await ask()).toBe('InvitationNotFound');
  });

  it('does not put off a renewal ahead of time for those whom it does serve', async () => {
    const { service, organization, ask, askElsewhere, clock, cost } = await startNamed();
    clock.advance(HOUR - 5 * MINUTE);
    expect(await askElsewhere()).toBe('Forbidden');
    expect(cost()).toEqual(ONE_READING);
    expect(tally(await repeat(10, () => tryDeletion(service, organization.id)))).toEqual({ InvitationNotFound: 10 });
    // The secret was read just now.
    expect(cost()).toEqual({ exchanges: 1, reads: 0 });
    expect(await ask()).toBe('InvitationNotFound');
    expect(cost()).toEqual(NOTHING);
  });
});
