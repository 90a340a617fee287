import { describe, expect, it, onTestFinished } from 'vitest';
import type { Call } from '../../lib/call.ts';
import { CredentialStore } from '../../lib/credentials/credential-store.ts';
import type { Secret } from '../../lib/credentials/secret.ts';
import { deadlineIn } from '../../lib/deadline.ts';
import { Failure } from '../../lib/failures.ts';
import { newTrace } from '../../lib/trace.ts';
import { Network } from '../../lib/transport/network.ts';
import { startClockedStage } from './support.ts';

/** Secrets that are kept at once. */
const ROOM = 5_000;
const DELETION = 'DELETE invites';

/**
 * A store with a secret for each organization that it is asked for: an API key, which costs nothing but its reading, or for
 * the organization of the stage its service account, which Atlas may refuse.
 */
async function startStore(clientSecret?: string) {
  const stage = await startClockedStage();
  const { clock, organization, account, atlas } = stage;
  const network = new Network(clock);
  onTestFinished(() => network.close());
  const read: string[] = [];
  const ofAccount: Secret = {
    kind: 'service-account',
    id: account.clientId,
    secret: clientSecret ?? account.clientSecret,
  };
  const store = new CredentialStore({
    network,
    clock,
    read: async (secretId) => {
      read.push(secretId);
      return secretId === organization.id ? ofAccount : { kind: 'api-key', id: secretId, secret: 'x' };
    },
    secretId: '{orgId}',
    configuredBaseUrl: atlas.url,
    defaultBaseUrl: atlas.url,
  });
  const call = (orgId: string): Call => {
    const deadline = deadlineIn(20_000, clock);
    return { orgId, deadline, retry: { tries: 1, longestWait: 0 }, trace: newTrace() };
  };
  return {
    store,
    call,
    orgId: organization.id,
    /** Asks for the credentials of so many other organizations, one after the other. */
    askForOthers: async (count: number) => {
      for (let other = 1; other <= count; other += 1) await store.current(call(`other ${other}`));
    },
    /** Whose secrets were read, and how many exchanges there were, since it was last asked. */
    cost: () => {
      const exchanges = atlas.requests.splice(0).filter(({ path }) => path.includes('oauth')).length;
      return { exchanges, read: read.splice(0) };
    },
  };
}

describe('the credentials of many organizations', () => {
  it('are kept: thousands in turn cost one reading each', async () => {
    const { askForOthers, cost } = await startStore();
    await askForOthers(ROOM);
    expect(cost().read).toHaveLength(ROOM);
    await askForOthers(ROOM);
    expect(cost().read).toEqual([]);
  });

  it('make room in the end: those that were unused longest go', async () => {
    const { store, call, askForOthers, cost } = await startStore();
    await askForOthers(ROOM);
    await store.current(call('other 1'));
    await store.current(call('one more'));
    cost();
    await store.current(call('other 1'));
    expect(cost().read).toEqual([]);
    await store.current(call('other 2'));
    expect(cost().read).toEqual(['other 2']);
  });
});

describe('an organization that Atlas refuses', () => {
  it('for its secret costs nothing more within the minute, though thousands of others are served meanwhile', async () => {
    const { store, call, orgId, askForOthers, cost } = await startStore('wrong');
    await expect(store.current(call(orgId))).rejects.toThrow(Failure);
    expect(cost()).toEqual({ exchanges: 1, read: [orgId, orgId] });
    await askForOthers(ROOM);
    cost();
    await expect(store.current(call(orgId))).rejects.toMatchObject({ name: 'AtlasUnauthorized' });
    expect(cost()).toEqual({ exchanges: 0, read: [] });
  });

  it('for its role costs nothing more within the minute either', async () => {
    const { store, call, orgId, askForOthers, cost } = await startStore();
    const refusal = new Failure('AtlasUnauthorized', 'refused', { atlasStatus: 401 });
    const first = call(orgId);
    const another = await store.renew(first, DELETION, await store.current(first), refusal);
    await expect(store.renew(first, DELETION, another, refusal)).rejects.toBe(refusal);
    expect(cost()).toEqual({ exchanges: 2, read: [orgId, orgId] });
    await askForOthers(ROOM);
    cost();
    const second = call(orgId);
    await expect(store.renew(second, DELETION, await store.current(second), refusal)).rejects.toBe(refusal);
    expect(cost()).toEqual({ exchanges: 0, read: [] });
  });
});
