import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../../lib/service.ts';
import { PERSONS, type Phase, WAYS, type Way } from './cases.ts';
import { allRuns, type Run } from './interleavings.ts';
import { type Input, type Scene, startScene } from './scene.ts';

/** By address, where the request knows it or finds it out: an id alone is one request, between which nothing can happen. */
const BY_ADDRESS = WAYS.filter((way) => way !== 'invitationId');

let scene: Scene;

beforeAll(async () => {
  scene = await startScene({ ALLOW_MEMBER_REMOVAL: 'true' });
});

afterAll(() => scene.close());

/** An invitation that was rejected opens no more than one that expired; so one of them stands for both. */
const STARTS = PERSONS.filter((person) => person !== 'rejected');

/** Every order of so many events for someone who is pending, of at most two for everyone else. */
async function everyRun(phase: Phase, way: Way, most: number, input: Input = {}): Promise<Run[]> {
  scene.atlas.settings.sunset = phase === 'after' ? '410' : undefined;
  const service = await informed(scene.newService());
  const runs: Run[] = [];
  for (const start of STARTS) {
    runs.push(
      ...(await allRuns({ scene, service, start, way, input }, start === 'pending' ? most : Math.min(most, 2))),
    );
  }
  return runs;
}

/** A service that has met the end of the invites endpoint, where it has ended. */
async function informed(service: Service): Promise<Service> {
  await scene.ask({ username: 'nobody@example.com', dryRun: true }, service);
  return service;
}

const endedMembership = ({ endedByUs }: Run) => endedByUs.includes('ACTIVE');

/** What holds in every order: the outcome says what happened. */
function expectTruth(runs: readonly Run[]): void {
  for (const run of runs) {
    const { ended, endedByUs, order, status } = run;
    switch (ended.outcome) {
      case 'cancelled':
        expect(endedByUs, order.join()).not.toEqual([]);
        break;
      case 'already_gone':
        expect(endedByUs, order.join()).toEqual([]);
        break;
      case 'member_removed':
        expect(endedByUs, order.join()).toContain('ACTIVE');
        break;
      default:
        expect([ended.outcome, status], order.join()).toEqual(['InvitationAccepted', 'ACTIVE']);
    }
    const invitedMeanwhile = run.order.includes('invite');
    if (ended.served.result && !invitedMeanwhile) {
      expect(['absent', 'INVITATION_EXPIRED', 'INVITATION_REJECTED'], order.join()).toContain(status);
    }
  }
}

describe.each(BY_ADDRESS)('by %s, whatever happens between two requests', (way) => {
  // After its first request the third way is the first one.
  const most = way === 'invitationId and username' ? 2 : 3;

  it('no member is removed unasked, and the outcome is true, while the invites endpoint lives', async () => {
    const runs = await everyRun('before', way, most);
    expect(runs.filter(endedMembership)).toEqual([]);
    expectTruth(runs);
  });

  it('no member is removed unasked after its end, but for an acceptance between the look and its deletion', async () => {
    const runs = await everyRun('after', way, most);
    const removals = runs.filter(endedMembership);
    expect(removals.length).toBeGreaterThan(0);
    for (const { order } of removals) {
      expect(order.join(' ')).toMatch(
        /GET users(\?username|\/\{userId\}) ((?!GET|DELETE)\w+ )*accept DELETE users\/\{userId\}$/,
      );
    }
    expectTruth(runs);
  });

  it.each(['before', 'after'] as const)('a dry run changes nothing, %s the end', async (phase) => {
    const runs = await everyRun(phase, way, 2, { dryRun: true });
    expect(runs.filter(({ endedByUs }) => endedByUs.length > 0)).toEqual([]);
    const words = new Set(runs.map(({ ended }) => ended.outcome));
    expect(words).toEqual(new Set(['would_cancel', 'would_do_nothing', 'InvitationAccepted']));
  });

  it.each(['before', 'after'] as const)('nobody stays who is to be removed, %s the end', async (phase) => {
    const runs = await everyRun(phase, way, 2, { ifAccepted: 'remove' });
    expect(runs.filter(({ ended }) => ended.served.failure)).toEqual([]);
    expect(runs.some(endedMembership)).toBe(true);
  });
});

it('an invitation alone is cancelled by one request, between which nothing can happen', async () => {
  const runs = await everyRun('before', 'invitationId', 3);
  expect(runs.map(({ ended }) => ended.requests)).toEqual(STARTS.map(() => ['DELETE invites/{invitationId}']));
});
