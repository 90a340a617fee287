import { describe, expect, it, onTestFinished } from 'vitest';
import { failures } from '../../infra/emulators/secrets-manager/aws-error.ts';
import { Service } from '../../lib/service.ts';
import { SECRET_ID } from '../support/stage.ts';
import {
  answered,
  apiRequests,
  costMeter,
  endOf,
  HOUR,
  MINUTE,
  NOTHING,
  ONE_OF_EACH,
  repeat,
  startClockedStage,
  tally,
  tryDeletion,
} from './support.ts';

const SECOND = 1_000;

/** A stage whose service has a token of an hour. */
async function startWarm() {
  const stage = await startClockedStage();
  const attempt = () => tryDeletion(stage.service, stage.organization.id);
  const cost = costMeter(stage);
  expect(endOf(await attempt())).toBe('InvitationNotFound');
  expect(cost()).toEqual(ONE_OF_EACH);
  return { ...stage, attempt, cost };
}

describe('a token', () => {
  it('is not had before there is a request to serve', async () => {
    const { newService, atlas, secretsManager } = await startClockedStage();
    newService();
    expect([atlas.counts.requests, secretsManager.counts.requests]).toEqual([0, 0]);
  });

  it('serves every request until five minutes before its end, and is renewed then from a secret read anew', async () => {
    const { attempt, cost, clock, atlas } = await startWarm();
    clock.advance(HOUR - 5 * MINUTE - SECOND);
    await repeat(10, attempt);
    expect(cost()).toEqual(NOTHING);
    clock.advance(SECOND);
    await attempt();
    expect(cost()).toEqual(ONE_OF_EACH);
    clock.advance(HOUR - 5 * MINUTE - SECOND);
    await attempt();
    expect(cost()).toEqual(NOTHING);
    expect(apiRequests(atlas).every(({ status }) => status === 400)).toBe(true);
  });

  it('of a short life is renewed at half of it', async () => {
    const { atlas, service, organization, clock, ...stage } = await startClockedStage();
    atlas.settings.tokenSeconds = 40;
    const cost = costMeter({ atlas, ...stage });
    const attempt = () => tryDeletion(service, organization.id);
    await attempt();
    cost();
    clock.advance(19 * SECOND);
    await attempt();
    expect(cost()).toEqual(NOTHING);
    clock.advance(SECOND);
    await attempt();
    expect(cost()).toEqual(ONE_OF_EACH);
  });

  it('lives from the moment it was asked for, however long the answer took', async () => {
    const { atlas, service, organization, clock, ...stage } = await startClockedStage();
    const cost = costMeter({ atlas, ...stage });
    atlas.settings.after = ({ path }) => {
      if (path.includes('oauth')) clock.advance(3 * SECOND);
    };
    await tryDeletion(service, organization.id);
    atlas.settings.after = undefined;
    cost();
    clock.advance(HOUR - 5 * MINUTE - 3 * SECOND);
    await tryDeletion(service, organization.id);
    expect(cost()).toEqual(ONE_OF_EACH);
  });

  it('is replaced before anything is sent with it, where the process slept past its end', async () => {
    const { attempt, cost, clock, atlas } = await startWarm();
    clock.advance(9 * HOUR);
    expect(tally(await repeat(10, attempt))).toEqual({ InvitationNotFound: 10 });
    expect(cost()).toEqual(ONE_OF_EACH);
    expect(apiRequests(atlas).some(({ status }) => status === 401)).toBe(false);
  });

  it('is asked for anew where the process slept while it was on its way, and what comes late is not kept', async () => {
    const { service, organization, clock, atlas } = await startClockedStage();
    const { promise: thawed, resolve: thaw } = Promise.withResolvers<void>();
    atlas.faults.next({ act: true, delivery: 'hold', until: thawed }, /oauth/);
    const asked = answered(atlas, 1);
    const frozen = tryDeletion(service, organization.id);
    await asked;
    clock.advance(2 * HOUR);
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
    thaw();
    expect(endOf(await frozen)).toBe('AtlasTimeout');
    const before = atlas.counts.requests;
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
    expect(atlas.counts.requests - before).toBe(1);
  });
});

describe('a renewal ahead of time', () => {
  it('is waited for by one request; the others go on with the old token', async () => {
    const { attempt, cost, clock, atlas } = await startWarm();
    clock.advance(HOUR - 5 * MINUTE);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    atlas.faults.next({ delivery: 'hold', until: released }, /oauth/);
    const asked = answered(atlas, 1);
    let ended = false;
    const first = attempt().finally(() => {
      ended = true;
    });
    await asked;
    expect(tally(await repeat(10, attempt))).toEqual({ InvitationNotFound: 10 });
    expect(ended).toBe(false);
    release();
    expect(endOf(await first)).toBe('InvitationNotFound');
    expect(cost()).toEqual(ONE_OF_EACH);
  });

  it.each([
    ["the token endpoint's", 'atlas', { status: 503 }, 'AtlasUnavailable', 3],
    ["Secrets Manager's", 'secretsManager', failures.accessDenied(), 'CredentialsInvalid', 0],
  ] as const)(
    'that fails for %s sake is tried again half a minute later, and the log tells of it',
    async (_, where, fault, name, exchanges) => {
      const { attempt, cost, clock, log, ...stage } = await startWarm();
      clock.advance(HOUR - 5 * MINUTE);
      stage[where].faults.always(({ path }) => (path.startsWith('/api/atlas/') ? undefined : fault));
      expect(tally(await repeat(10, attempt))).toEqual({ InvitationNotFound: 10 });
      const failed = stage[where] === stage.atlas ? exchanges : 0;
      stage[where].faults.clear();
      expect(log.lines.filter(({ renewal }) => renewal !== undefined)).toEqual([
        expect.objectContaining({ level: 'WARN', renewal: expect.objectContaining({ failure: name }) }),
      ]);
      expect(stage.atlas.requests.filter(({ path, faulted }) => faulted && path.includes('oauth'))).toHaveLength(
        failed,
      );
      cost();
      clock.advance(29 * SECOND);
      await attempt();
      expect(cost()).toEqual(NOTHING);
      clock.advance(SECOND);
      await attempt();
      expect(cost()).toEqual(ONE_OF_EACH);
    },
  );

  it('that brings the secret of another organization fails the request, whatever the old token is good for', async () => {
    const { attempt, clock, secretsManager, account } = await startWarm();
    const { clientId, clientSecret } = account;
    secretsManager.put(SECRET_ID, { clientId, clientSecret, orgId: '5f0a11ceffffffffffffffff' });
    clock.advance(HOUR - 5 * MINUTE);
    expect(endOf(await attempt())).toBe('Forbidden');
  });

  it('that meets a bug of ours fails the request, and is not passed over', async () => {
    const { atlas, organization, account, clock } = await startClockedStage();
    const secret = { kind: 'service-account', id: account.clientId, secret: account.clientSecret } as const;
    let broken = false;
    const readSecret = async () => {
      if (broken) throw new TypeError('x is not a function');
      return secret;
    };
    const environment = { ATLAS_SECRET_ID: 'x', ATLAS_BASE_URL: atlas.url };
    const service = new Service({ environment, clock, write: () => {}, readSecret });
    onTestFinished(() => service.close());
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
    clock.advance(HOUR - 5 * MINUTE);
    broken = true;
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InternalError');
  });

  it('that fails to the end fails the requests only in the last ten seconds', async () => {
    const { attempt, clock, secretsManager } = await startWarm();
    secretsManager.faults.always(() => failures.accessDenied());
    clock.advance(HOUR - 11 * SECOND);
    expect(endOf(await attempt())).toBe('InvitationNotFound');
    clock.advance(SECOND);
    expect(endOf(await attempt())).toBe('CredentialsInvalid');
  });
});
