import { describe, expect, it } from 'vitest';
import { atlasError } from '../../infra/emulators/atlas/answers.ts';
import type { Organization } from '../../infra/emulators/atlas/organization.ts';
import type { ServiceAccount } from '../../infra/emulators/atlas/service-account.ts';
import { record as recordAnswer } from '../../lib/atlas/record.ts';
import { Failure } from '../../lib/failures.ts';
import { createQueueDoor } from '../../lib/queue/door.ts';
import { Pacing } from '../../lib/queue/pacing/pacing.ts';
import type { Visibility } from '../../lib/queue/sqs.ts';
import { newTrace } from '../../lib/trace.ts';
import { manualClock } from '../support/clock.ts';
import { lambdaContext } from '../support/lambda.ts';
import { startStage } from '../support/stage.ts';
import { record } from './records.ts';

const BUCKET = { capacity: 40, refill: 20, seconds: 60 };

/** The door before the real Atlas simulator, whose buckets are small, and a clock that the test moves. */
async function startPaced(environment: Record<string, string> = {}) {
  const clock = manualClock();
  const stage = await startStage({ clock, environment });
  stage.atlas.settings.bucket = BUCKET;
  const hidden = new Map<string, number>();
  const newDoor = () =>
    createQueueDoor(stage.service, {
      random: () => 0.5,
      sqs: {
        sendDeadLetters: async (_, letters) => letters.map(() => true),
        hide: async (_, messages: readonly Visibility[]) => {
          for (const { receiptHandle, seconds } of messages) hidden.set(receiptHandle, seconds);
          return messages.map(() => true);
        },
      },
    });
  const door = newDoor();
  let sent = 0;
  /** Delivers a batch of as many cancellations; those that were done, and for how long the others are hidden. */
  const deliver = async (organization: Organization, count: number, through = door) => {
    hidden.clear();
    const Records = Array.from({ length: count }, () => {
      sent += 1;
      const username = `person${sent}@example.com`;
      const { invitationId } = organization.invite(username);
      const which = environment['ATLAS_CANCEL_API'] === 'users' ? { username } : { invitationId };
      return record({ messageId: `m${sent}`, body: JSON.stringify({ orgId: organization.id, ...which }) });
    });
    const { batchItemFailures } = await through({ Records }, lambdaContext(60_000));
    return { done: count - batchItemFailures.length, hidden: [...hidden.values()].toSorted((a, b) => a - b) };
  };
  return { ...stage, clock, deliver, newDoor };
}

describe('the rate limit of Atlas', () => {
  it('is met once, and what is beyond it waits for the minutes in which there will be room', async () => {
    const { atlas, organization, deliver, log } = await startPaced();
    const { done, hidden } = await deliver(organization, 90);
    expect(done).toBe(40);
    // At most those that went out before the first answer came.
    expect(atlas.counts.answered429).toBeLessThanOrEqual(20);
    expect(hidden).toHaveLength(50);
    expect(Math.min(...hidden)).toBeGreaterThan(60);
    expect(new Set(hidden.map((seconds) => Math.floor(seconds / 60))).size).toBeGreaterThan(1);
    expect(log.lines.filter(({ message }) => message === 'parked')).toMatchObject([{ level: 'INFO', door: 'queue' }]);
  });

  it('is known from then on: the next batch asks nothing before the bucket is refilled, and is served after', async () => {
    const { atlas, organization, clock, deliver } = await startPaced();
    await deliver(organization, 60);
    const asked = atlas.counts.requests;
    expect(await deliver(organization, 10)).toMatchObject({ done: 0 });
    expect(atlas.counts.requests).toBe(asked);
    clock.advance(61_000);
    expect(await deliver(organization, 10)).toMatchObject({ done: 10, hidden: [] });
  });

  it('of one organization holds up no other', async () => {
    const { atlas, organization, account, secretsManager, deliver } = await startPaced({ ATLAS_SECRET_ID: '{orgId}' });
    const other = atlas.addOrganization();
    secretsManager.put(organization.id, credentialsOf(account));
    secretsManager.put(other.id, credentialsOf(other.addServiceAccount()));
    await deliver(organization, 60);
    expect(await deliver(other, 10)).toEqual({ done: 10, hidden: [] });
    expect(await deliver(organization, 10)).toMatchObject({ done: 0 });
  });

  it('of the users endpoint is another than that of the invites endpoint', async () => {
    const { atlas, organization, deliver } = await startPaced({ ATLAS_CANCEL_API: 'users' });
    const { done } = await deliver(organization, 60);
    // A look and a deletion each.
    expect(done).toBeGreaterThanOrEqual(15);
    expect(done).toBeLessThanOrEqual(20);
    expect(organization.limiter.remaining('organizations')).toBe(40);
    const asked = atlas.counts.requests;
    expect(await deliver(organization, 10)).toMatchObject({ done: 0 });
    expect(atlas.counts.requests).toBe(asked);
  });

  it('is learned anew by a function that has just begun, at the price of what it had under way', async () => {
    const { atlas, organization, deliver, newDoor } = await startPaced();
    await deliver(organization, 60);
    const refused = atlas.counts.answered429;
    const { done } = await deliver(organization, 30, newDoor());
    expect(done).toBe(0);
    expect(atlas.counts.answered429 - refused).toBeLessThanOrEqual(20);
  });
});

describe('a 429 that tells of no token bucket', () => {
  it('is waited for, and Atlas asked again after, though others were seen to use the bucket too', async () => {
    const { atlas, organization, clock, deliver } = await startPaced();
    atlas.settings.bucket = { capacity: 500, refill: 250, seconds: 60 };
    for (let sent = 0; sent < 60; sent += 1) {
      await deliver(organization, 1);
      for (let other = 0; other < 3; other += 1) organization.limiter.take('organizations', '/api/atlas/v2/orgs');
    }
    const parameters = ['/api/atlas/v2/orgs', 50, 1];
    atlas.faults.next(atlasError(429, 'RATE_LIMITED', 'Why.', parameters, { 'Retry-After': '50' }), /invites/);
    expect(await deliver(organization, 1)).toMatchObject({ done: 0 });
    expect(await deliver(organization, 3)).toMatchObject({ done: 0 });
    clock.advance(61_000);
    expect(await deliver(organization, 3)).toMatchObject({ done: 3 });
  });
});

describe("the limit of Atlas's token endpoint", () => {
  it('is none of the bucket of which a 429 was sat out before', async () => {
    const { organization, clock } = await startPaced();
    const pacing = new Pacing(clock, () => 0.5);
    const turn = await pacing.ask({ orgId: organization.id });
    if (!('settle' in turn)) throw new Error('nothing is known yet');
    const trace = newTrace();
    const refused = { status: 429, headers: {}, body: '{"errorCode":"RATE_LIMITED"}', complete: true };
    recordAnswer(trace, 'invites', refused, 1);
    const failure = new Failure('AtlasRateLimited', 'of tokens', { retryAfter: 3_000, status: 503 });
    const request = {
      orgId: organization.id,
      invitationId: 'b'.repeat(24),
      ifAccepted: 'fail',
      dryRun: false,
    } as const;
    expect(turn.settle({ asked: { door: 'queue' }, request, failure, trace, milliseconds: 1 })).toBeUndefined();
    expect(await pacing.ask({ orgId: organization.id })).toHaveProperty('settle');
  });

  it('hides the messages for as long as it says, and is no limit of the organization', async () => {
    const { atlas, organization, clock, deliver } = await startPaced();
    atlas.faults.next({ status: 429, headers: { 'Retry-After': '30' } }, /oauth/);
    const { done, hidden } = await deliver(organization, 3);
    expect(done).toBe(0);
    // 30 seconds, and three quarters of 5 on top.
    expect(hidden).toEqual([34, 34, 34]);
    clock.advance(31_000);
    expect(await deliver(organization, 3)).toMatchObject({ done: 3 });
  });
});

function credentialsOf({ clientId, clientSecret }: ServiceAccount) {
  return { clientId, clientSecret };
}
