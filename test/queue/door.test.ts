import { describe, expect, it } from 'vitest';
import { sqsThrough } from '../../lib/queue/sqs.ts';
import { sqsClient } from '../../lib/queue/sqs-client.ts';
import { REQUEST_ID } from '../support/lambda.ts';
import { startQueueStage } from './stage.ts';

const GONE = 'b'.repeat(24);

describe('a batch', () => {
  it('cancels every invitation asked for, with one token, and leaves nothing behind', async () => {
    const { atlas, organization, queue, deliver, left } = await startQueueStage();
    for (let number = 1; number <= 10; number += 1) {
      const { invitationId } = organization.invite(`person${number}@example.com`);
      await queue.send({ orgId: organization.id, invitationId });
    }
    expect(await deliver()).toEqual({ batchItemFailures: [] });
    expect(organization.invitations()).toEqual([]);
    expect(left()).toBe(0);
    expect(atlas.counts.tokensMinted).toBe(1);
  });

  it('is not held up by what any message in it contains', async () => {
    const { organization, queue, deliver, left } = await startQueueStage();
    const { invitationId } = organization.invite('ann@example.com');
    const bodies = [
      'cancel everything',
      JSON.stringify({ orgId: organization.id, invitationId, reason: 'x'.repeat(200_000) }),
      'null',
      '[]',
      `{"__proto__":{"orgId":"${organization.id}"},"invitationId":"${invitationId}"}`,
      JSON.stringify({ orgId: organization.id, invitationId, dryrun: true }),
      JSON.stringify({ orgId: { toString: organization.id }, invitationId }),
      '"\\ud800"',
      '['.repeat(100_000),
      JSON.stringify({ orgId: organization.id, invitationId }),
    ];
    for (const body of bodies) await queue.send(body);
    expect(await deliver()).toEqual({ batchItemFailures: [] });
    expect(organization.invitations()).toEqual([]);
    expect(left()).toBe(0);
    const letters = await queue.deadLetters();
    expect(letters.map(({ Body }) => Body).sort()).toEqual(bodies.slice(0, 9).sort());
    for (const { MessageAttributes } of letters) {
      expect(JSON.parse(MessageAttributes?.['Failure']?.StringValue ?? '')).toMatchObject({
        name: 'InvalidRequest',
        status: 400,
      });
    }
  });

  it('that is empty is answered', async () => {
    const { deliver } = await startQueueStage();
    expect(await deliver()).toEqual({ batchItemFailures: [] });
  });

  it('logs one line for each message: what came of it, under the ids of SQS and Lambda', async () => {
    const { organization, queue, deliver, log } = await startQueueStage();
    const { invitationId } = organization.invite('ann@example.com');
    const messageId = await queue.send({ orgId: organization.id, invitationId, reason: 'TICKET-1' });
    await deliver();
    expect(log.line).toMatchObject({
      level: 'INFO',
      door: 'queue',
      outcome: 'cancelled',
      requestId: REQUEST_ID,
      queue: queue.queue.arn,
      messageId,
      senderId: '000000000000',
      receiveCount: 1,
      reason: 'TICKET-1',
      invitationId,
    });
  });
});

describe('a failure that no later try can help', () => {
  it.each<[string, string, Record<string, string>]>([
    ['InvitationNotFound', 'INVALID_INVITATION_ID', { invitationId: GONE }],
    ['InvitationAccepted', 'INVITATION_ACCEPTED', { username: 'eve@example.com' }],
    ['Forbidden', 'FORBIDDEN', { username: 'eve@example.com', ifAccepted: 'remove' }],
  ])('becomes a dead letter at once: %s', async (name, errorCode, fields) => {
    const { organization, queue, deliver, left, log } = await startQueueStage();
    organization.addMember('eve@example.com');
    const body = JSON.stringify({ orgId: organization.id, ...fields });
    await queue.send(body);
    expect(await deliver()).toEqual({ batchItemFailures: [] });
    expect(left()).toBe(0);
    const [letter] = await queue.deadLetters();
    expect(letter?.Body).toBe(body);
    expect(JSON.parse(letter?.MessageAttributes?.['Failure']?.StringValue ?? '')).toMatchObject({
      name,
      errorCode,
      sourceQueueArn: queue.queue.arn,
      receiveCount: 1,
    });
    expect(log.metrics).toContainEqual(expect.objectContaining({ DeadLettered: 1 }));
  });

  it('is acknowledged where nobody can say more and the deployment is content with that', async () => {
    const { organization, queue, deliver, left } = await startQueueStage({
      environment: { UNVERIFIED_GONE: 'acknowledge' },
    });
    await queue.send({ orgId: organization.id, invitationId: GONE });
    expect(await deliver()).toEqual({ batchItemFailures: [] });
    expect(left()).toBe(0);
    expect(await queue.deadLetters()).toEqual([]);
  });

  it('becomes a dead letter all the same where somebody can say more', async () => {
    const { organization, queue, deliver } = await startQueueStage({ environment: { UNVERIFIED_GONE: 'acknowledge' } });
    organization.addMember('eve@example.com');
    await queue.send({ orgId: organization.id, username: 'eve@example.com' });
    expect(await deliver()).toEqual({ batchItemFailures: [] });
    const [letter] = await queue.deadLetters();
    expect(letter?.MessageAttributes?.['Failure']?.StringValue).toContain('InvitationAccepted');
  });

  it('says of a body that is no JSON that it is none', async () => {
    const { queue, deliver } = await startQueueStage();
    await queue.send('cancel everything');
    await deliver();
    const [letter] = await queue.deadLetters();
    expect(letter?.MessageAttributes?.['Failure']?.StringValue).toContain('must be JSON');
  });

  it('brings the message back where the dead-letter queue does not exist', async () => {
    const { queue, deliver, log } = await startQueueStage({
      environment: { DEAD_LETTER_QUEUE_URL: 'http://sqs.eu-west-1.localhost/000000000000/none' },
    });
    const ids = [await queue.send('no JSON'), await queue.send('nor this')];
    const { batchItemFailures } = await deliver();
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual(ids.sort());
    expect(log.lines).toContainEqual(
      expect.objectContaining({ level: 'ERROR', message: 'sqs_failed', reason: 'QueueDoesNotExist' }),
    );
  });

  it('brings back those messages alone whose dead letters SQS did not take', async () => {
    const real = sqsThrough(sqsClient);
    const { queue, deliver, log } = await startQueueStage({
      edges: {
        sqs: {
          ...real,
          // One of them has lost a character that SQS insists on: an attribute's type.
          sendDeadLetters: (url, letters, signal) =>
            real.sendDeadLetters(
              url,
              letters.map((letter) =>
                letter.MessageBody === 'second' ? { ...letter, MessageBody: '\u0000' } : letter,
              ),
              signal,
            ),
        },
      },
    });
    await queue.send('first');
    const second = await queue.send('second');
    await queue.send('third');
    expect(await deliver()).toEqual({ batchItemFailures: [{ itemIdentifier: second }] });
    expect((await queue.deadLetters()).map(({ Body }) => Body).sort()).toEqual(['first', 'third']);
    expect(log.lines).toContainEqual(expect.objectContaining({ level: 'WARN', message: 'sqs_refused', messages: 1 }));
  });
});

describe('a failure that passes', () => {
  it('brings the message back after a while, and it succeeds then', async () => {
    const { atlas, organization, queue, deliver, left, reveal, hidden } = await startQueueStage({
      edges: { random: () => 1 },
    });
    const { invitationId } = organization.invite('ann@example.com');
    const good = organization.invite('bob@example.com');
    const itemIdentifier = await queue.send({ orgId: organization.id, invitationId });
    await queue.send({ orgId: organization.id, invitationId: good.invitationId });
    atlas.faults.next({ status: 500 }, new RegExp(invitationId), 2);

    expect(await deliver()).toEqual({ batchItemFailures: [{ itemIdentifier }] });
    expect(hidden()).toEqual([5]);
    await reveal();
    expect(await deliver()).toEqual({ batchItemFailures: [] });
    expect(left()).toBe(0);
    expect(organization.invitations()).toEqual([]);
  });

  it('brings it back when Atlas says, and not with all others at that moment', async () => {
    const { atlas, organization, queue, deliver, hidden } = await startQueueStage({ edges: { random: () => 0.5 } });
    const { invitationId } = organization.invite('ann@example.com');
    await queue.send({ orgId: organization.id, invitationId });
    atlas.faults.next({ status: 503, headers: { 'Retry-After': '40' } }, /invites/);
    await deliver();
    // 40 seconds, and three quarters of 5 on top.
    expect(hidden()).toEqual([44]);
  });

  it('leaves the message to the queue where its visibility can not be changed', async () => {
    const real = sqsThrough(sqsClient);
    const { atlas, organization, queue, deliver, hidden, log } = await startQueueStage({
      edges: { sqs: { ...real, hide: () => Promise.reject(new Error('AccessDenied for ann@example.com')) } },
    });
    const itemIdentifier = await queue.send({ orgId: organization.id, invitationId: GONE });
    atlas.faults.next({ status: 503 }, /invites/, 2);
    expect(await deliver()).toEqual({ batchItemFailures: [{ itemIdentifier }] });
    expect(hidden()).toEqual([361]);
    expect(log.lines).toContainEqual(expect.objectContaining({ message: 'sqs_failed', reason: 'Error' }));
    expect(log.text).not.toContain('example.com');
  });

  it('keeps every message where the function is not configured correctly', async () => {
    const { atlas, organization, queue, deliver, left } = await startQueueStage({
      environment: { ATLAS_CANCEL_API: 'both' },
    });
    await queue.send({ orgId: organization.id, invitationId: GONE });
    await queue.send('no JSON');
    expect((await deliver()).batchItemFailures).toHaveLength(2);
    expect(left()).toBe(2);
    expect(atlas.requests).toEqual([]);
  });
});

describe('time', () => {
  it('is kept for settling with SQS: what Atlas does not answer in time is reported, what it answered is done', async () => {
    const { atlas, organization, queue, deliver, left } = await startQueueStage();
    const slow = organization.invite('ann@example.com');
    const quick = organization.invite('bob@example.com');
    const itemIdentifier = await queue.send({ orgId: organization.id, invitationId: slow.invitationId });
    await queue.send({ orgId: organization.id, invitationId: quick.invitationId });
    atlas.faults.next({ delivery: 'hold' }, new RegExp(slow.invitationId));
    expect(await deliver(4_200)).toEqual({ batchItemFailures: [{ itemIdentifier }] });
    expect(left()).toBe(1);
  });

  it('that has run out before a message is begun brings it back without asking Atlas', async () => {
    const { atlas, organization, queue, deliver } = await startQueueStage();
    const itemIdentifier = await queue.send({ orgId: organization.id, invitationId: GONE });
    expect(await deliver(3_000)).toEqual({ batchItemFailures: [{ itemIdentifier }] });
    expect(atlas.requests).toEqual([]);
  });

  it('ends the invocation though SQS never answers, and what is unproven is reported', async () => {
    const { queue, deliver, left } = await startQueueStage({
      edges: { sqs: { sendDeadLetters: () => new Promise(() => {}), hide: () => new Promise(() => {}) } },
    });
    const itemIdentifier = await queue.send('no JSON');
    expect(await deliver(600)).toEqual({ batchItemFailures: [{ itemIdentifier }] });
    expect(left()).toBe(1);
  });
});
