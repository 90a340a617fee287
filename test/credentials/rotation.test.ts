import { describe, expect, it } from 'vitest';
import { type RotationStep, rotateAsAwsDoes } from '../../infra/emulators/secrets-manager/rotation.ts';
import type { Served } from '../../lib/served.ts';
import { SECRET_ID } from '../support/stage.ts';
import { answered, costMeter, endOf, liftRateLimits, serve, startClockedStage, tally, tryDeletion } from './support.ts';

const WORKERS = 20;
/** Requests that Atlas answers between two steps of a rotation. */
const BETWEEN_STEPS = 20;

/** A stage with the managed secret of AWS, and requests that come without a pause until the load is stopped. */
async function startUnderLoad() {
  const stage = await startClockedStage();
  const { atlas, secretsManager, organization, account, service } = stage;
  liftRateLimits(atlas);
  const { clientId, clientSecret } = account;
  secretsManager.put(SECRET_ID, { clientId, clientSecret, orgId: organization.id });
  const served: Served[] = [];
  let stopped = false;
  const work = async (worker: number) => {
    for (let person = 1; !stopped; person += 1) {
      const { invitationId } = organization.invite(`p${worker}.${person}@example.com`);
      served.push(await serve(service, { orgId: organization.id, invitationId }));
    }
  };
  const workers = Array.from({ length: WORKERS }, (_, worker) => work(worker));
  return {
    ...stage,
    rotate: (between: (step: RotationStep) => void | Promise<void> = () => answered(atlas, BETWEEN_STEPS)) =>
      rotateAsAwsDoes(account, secretsManager, SECRET_ID, between),
    stop: async () => {
      stopped = true;
      await Promise.all(workers);
      return served;
    },
  };
}

describe('a secret that AWS rotates under a steady load', () => {
  it('fails no request, and costs one exchange and one reading each time, five times within a minute', async () => {
    const stage = await startUnderLoad();
    const { atlas, clock, rotate, stop } = stage;
    const cost = costMeter(stage);
    await answered(atlas, 50);
    // The pauses are shorter than the deadline of a request: those under way go through them.
    for (const pause of [0, 10_000, 0, 10_000, 10_000]) {
      await rotate();
      await answered(atlas, 50);
      clock.advance(pause);
    }
    const served = await stop();
    expect(tally(served)).toEqual({ cancelled: served.length });
    expect(served.length).toBeGreaterThan(500);
    // One at the start, and one for each rotation.
    expect(cost()).toEqual({ exchanges: 6, reads: 6 });
  });

  it('fails no request where two rotations follow each other at once', async () => {
    const stage = await startUnderLoad();
    const { atlas, rotate, stop } = stage;
    await answered(atlas, 50);
    const cost = costMeter(stage);
    cost();
    await rotate(() => {});
    await rotate(() => {});
    await answered(atlas, 100);
    const served = await stop();
    expect(tally(served)).toEqual({ cancelled: served.length });
    expect(cost()).toEqual({ exchanges: 1, reads: 1 });
  });
});

describe('a secret that is rotated', () => {
  it('between its reading and the exchange is read once more', async () => {
    const stage = await startClockedStage();
    const { atlas, secretsManager, account, service, organization } = stage;
    const cost = costMeter(stage);
    atlas.settings.before = async ({ path }) => {
      if (!path.includes('oauth')) return;
      atlas.settings.before = undefined;
      await rotateAsAwsDoes(account, secretsManager, SECRET_ID);
    };
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
    expect(cost()).toEqual({ exchanges: 2, reads: 2 });
  });

  it('twice between its reading and the exchange is read twice more', async () => {
    const stage = await startClockedStage();
    const { atlas, secretsManager, account, service, organization } = stage;
    const cost = costMeter(stage);
    let left = 2;
    atlas.settings.before = async ({ path }) => {
      if (path.includes('oauth') && left-- > 0) await rotateAsAwsDoes(account, secretsManager, SECRET_ID);
    };
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
    expect(cost()).toEqual({ exchanges: 3, reads: 3 });
  });

  it('right after the exchange, before the token was ever used, is noticed by the 401', async () => {
    const stage = await startClockedStage();
    const { atlas, secretsManager, account, service, organization } = stage;
    const cost = costMeter(stage);
    atlas.settings.after = async ({ path }) => {
      if (!path.includes('oauth')) return;
      atlas.settings.after = undefined;
      await rotateAsAwsDoes(account, secretsManager, SECRET_ID);
    };
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
    expect(cost()).toEqual({ exchanges: 2, reads: 2 });
  });

  it.each([
    ['empty', 'empty', false],
    ['an Atlas error', 'UNEXPECTED_ERROR', true],
    ['what a missing role looks like', 'USER_UNAUTHORIZED', false],
  ])('is noticed whatever the 401 of the dead token says: %s', async (_, body, wwwAuthenticate) => {
    const { atlas, secretsManager, account, service, organization } = await startClockedStage();
    atlas.settings.revokedTokenAnswer = { body, wwwAuthenticate };
    await tryDeletion(service, organization.id);
    for (let time = 0; time < 3; time += 1) {
      await rotateAsAwsDoes(account, secretsManager, SECRET_ID);
      expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
    }
  });

  it('between the look and the deletion of a pending user ends neither the request nor a membership', async () => {
    const { atlas, secretsManager, account, service, organization } = await startClockedStage();
    atlas.settings.sunset = '410';
    organization.invite('a@example.com');
    await serve(service, { orgId: organization.id, username: 'nobody@example.com' });
    atlas.settings.before = async ({ method }) => {
      if (method !== 'DELETE') return;
      atlas.settings.before = undefined;
      await rotateAsAwsDoes(account, secretsManager, SECRET_ID);
    };
    const served = await serve(service, { orgId: organization.id, username: 'a@example.com' });
    expect(served.result).toMatchObject({ outcome: 'cancelled', via: 'users', confirmed: true });
    const [last] = atlas.requests.slice(-1);
    expect([last?.method, last?.status]).toEqual(['DELETE', 204]);
    expect(atlas.requests.slice(-2)[0]).toMatchObject({ method: 'GET', status: 200 });
  });
});
