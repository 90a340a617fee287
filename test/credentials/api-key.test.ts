import { describe, expect, it } from 'vitest';
import { callOn } from '../support/call.ts';
import { SECRET_ID } from '../support/stage.ts';
import {
  apiRequests,
  costMeter,
  endOf,
  liftRateLimits,
  MINUTE,
  repeat,
  serve,
  startClockedStage,
  tally,
  tryDeletion,
  tryReading,
} from './support.ts';

/** A stage whose secret holds an API key. */
async function startWithKey({ nonceReuse = false, roles = ['ORG_OWNER'] } = {}) {
  const stage = await startClockedStage();
  stage.atlas.settings.digest = { nonceReuse, nonceSeconds: 30 };
  const { publicKey, privateKey } = stage.organization.addApiKey({ roles });
  stage.secretsManager.put(SECRET_ID, { publicKey, privateKey });
  /** Statuses of the requests to the API since it was last asked. */
  let seen = 0;
  const statuses = () => {
    const fresh = apiRequests(stage.atlas).slice(seen);
    seen += fresh.length;
    return fresh.map(({ status }) => status);
  };
  return { ...stage, publicKey, privateKey, statuses };
}

it('an API key is known for one, and a service account for one', async () => {
  const ofKey = await startWithKey();
  expect(await ofKey.service.deployment.operations.credentialKind(callOn(ofKey))).toBe('api-key');
  const ofAccount = await startClockedStage();
  expect(await ofAccount.service.deployment.operations.credentialKind(callOn(ofAccount))).toBe('service-account');
});

describe('a request with an API key', () => {
  it('takes two trips where Atlas takes each nonce once', async () => {
    const { service, organization, statuses } = await startWithKey();
    for (let time = 0; time < 3; time += 1) {
      expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
      expect(statuses()).toEqual([401, 400]);
    }
  });

  it('takes one trip where Atlas takes a nonce again, and two once that has become stale', async () => {
    const { service, organization, statuses, clock } = await startWithKey({ nonceReuse: true });
    const { invitationId } = organization.invite('a@example.com');
    await tryDeletion(service, organization.id);
    expect(statuses()).toEqual([401, 400]);
    expect(endOf(await serve(service, { orgId: organization.id, invitationId }))).toBe('cancelled');
    expect(statuses()).toEqual([204]);
    clock.advance(MINUTE);
    await tryDeletion(service, organization.id);
    expect(statuses()).toEqual([401, 400]);
    await tryDeletion(service, organization.id);
    expect(statuses()).toEqual([400]);
  });

  it('costs no token exchange, and one reading of the secret for all', async () => {
    const stage = await startWithKey();
    const cost = costMeter(stage);
    await repeat(5, () => tryDeletion(stage.service, stage.organization.id));
    expect(cost()).toEqual({ exchanges: 0, reads: 1 });
  });

  it('signs paths with a query, for each method', async () => {
    const { service, organization, atlas } = await startWithKey({ nonceReuse: true });
    organization.invite('b@example.com');
    atlas.settings.sunset = '410';
    const served = await serve(service, { orgId: organization.id, username: 'b@example.com' });
    expect(served.result).toMatchObject({ outcome: 'cancelled', via: 'users' });
    expect(apiRequests(atlas).some(({ path, status }) => path.includes('?username=b%40') && status === 200)).toBe(true);
  });

  it('reads the status and deletes with one answered challenge each, though the deletion is sent once', async () => {
    const { service, organization, atlas, statuses } = await startWithKey();
    organization.invite('c@example.com');
    atlas.settings.sunset = '410';
    await tryReading(service, organization.id);
    statuses();
    expect(endOf(await serve(service, { orgId: organization.id, username: 'c@example.com' }))).toBe('cancelled');
    expect(statuses()).toEqual([401, 200, 401, 204]);
  });

  it('shares a nonce with others, each under a count of its own', async () => {
    const { service, organization, atlas } = await startWithKey({ nonceReuse: true });
    liftRateLimits(atlas);
    await tryDeletion(service, organization.id);
    const before = apiRequests(atlas).length;
    // The simulator takes each count once: requests that shared one would be challenged.
    expect(tally(await repeat(100, () => tryDeletion(service, organization.id)))).toEqual({ InvitationNotFound: 100 });
    expect(apiRequests(atlas).length - before).toBe(100);
  });

  it('comes through together with others where each nonce is good for one request', async () => {
    const { service, organization, atlas } = await startWithKey();
    liftRateLimits(atlas);
    expect(tally(await repeat(100, () => tryDeletion(service, organization.id)))).toEqual({ InvitationNotFound: 100 });
    expect(apiRequests(atlas).length).toBe(200);
  });
});

describe('an API key that Atlas refuses', () => {
  it('is AtlasUnauthorized after the secret was read once more, and once a minute from then on', async () => {
    const stage = await startWithKey();
    const { service, organization, secretsManager, publicKey, clock, statuses } = stage;
    const cost = costMeter(stage);
    secretsManager.put(SECRET_ID, { publicKey, privateKey: 'x'.repeat(36) });
    expect((await tryDeletion(service, organization.id)).failure).toMatchObject({
      name: 'AtlasUnauthorized',
      status: 502,
    });
    expect(statuses()).toEqual([401, 401]);
    await repeat(20, () => tryDeletion(service, organization.id));
    expect(cost()).toEqual({ exchanges: 0, reads: 2 });
    clock.advance(MINUTE);
    await repeat(20, () => tryDeletion(service, organization.id));
    expect(cost()).toEqual({ exchanges: 0, reads: 1 });
  });

  it('is replaced by the one that the secret holds by then', async () => {
    const stage = await startWithKey();
    const { service, organization, secretsManager, atlas } = stage;
    await tryDeletion(service, organization.id);
    const cost = costMeter(stage);
    cost();
    const { publicKey, privateKey } = organization.addApiKey();
    secretsManager.rotate(SECRET_ID, { publicKey, privateKey });
    // The old key is gone: a 401 without a challenge.
    atlas.faults.next({ status: 401, body: { error: 401, errorCode: 'UNEXPECTED_ERROR' } });
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
    expect(cost()).toEqual({ exchanges: 0, reads: 1 });
  });

  it('without the role to delete still reads', async () => {
    const stage = await startWithKey({ roles: ['ORG_READ_ONLY'] });
    const { service, organization } = stage;
    const cost = costMeter(stage);
    expect(endOf(await tryReading(service, organization.id))).toBe('already_gone');
    expect((await tryDeletion(service, organization.id)).failure).toMatchObject({
      name: 'AtlasUnauthorized',
      errorCode: 'USER_UNAUTHORIZED',
    });
    expect(endOf(await tryReading(service, organization.id))).toBe('already_gone');
    expect(cost()).toEqual({ exchanges: 0, reads: 2 });
  });

  it('never goes round in circles, however often the server says that a nonce is stale', async () => {
    const { service, organization, atlas, statuses } = await startWithKey();
    atlas.faults.always(() => ({
      status: 401,
      headers: { 'Www-Authenticate': 'Digest realm="r", nonce="n", qop="auth", stale=true' },
    }));
    expect(endOf(await tryDeletion(service, organization.id))).toBe('AtlasUnauthorized');
    expect(statuses()).toEqual([401, 401]);
  });
});
