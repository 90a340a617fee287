import { describe, expect, it } from 'vitest';
import { createQueueDoor } from '../../lib/queue/door.ts';
import { lambdaContext } from '../support/lambda.ts';
import { startStage } from '../support/stage.ts';
import { QUEUE_ARN, record } from './records.ts';
import { startQueueStage } from './stage.ts';
import { willingSqs } from './willing-sqs.ts';

/** A stage and its door, on a queue of this ARN; each message is "group/person". */
async function startOrdered(arn = `${QUEUE_ARN}.fifo`) {
  const stage = await startStage({ environment: { DEAD_LETTER_QUEUE_URL: 'https://sqs.example.com/1/letters.fifo' } });
  const willing = willingSqs();
  const door = createQueueDoor(stage.service, { sqs: willing.sqs, random: () => 1 });
  const deliver = async (names: readonly string[]) => {
    const Records = names.map((name) => {
      const [MessageGroupId = '', person = ''] = name.split('/');
      const { invitationId } = stage.organization.invite(`${person}@example.com`);
      stage.atlas.faults.next({ status: 500 }, new RegExp(`${invitationId}`), person.startsWith('bad') ? 2 : 0);
      const body = person.startsWith('dead') ? name : JSON.stringify({ orgId: stage.organization.id, invitationId });
      return record({ messageId: name, body, eventSourceARN: arn, attributes: { MessageGroupId } });
    });
    const { batchItemFailures } = await door({ Records }, lambdaContext());
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  const cancelled = () =>
    stage.atlas.requests.filter(({ method, status }) => method === 'DELETE' && status === 204).length;
  return { ...stage, ...willing, deliver, cancelled };
}

describe('a FIFO queue', () => {
  it('has the messages of a group handled one after the other, in their order', async () => {
    const { atlas, deliver } = await startOrdered();
    expect(await deliver(['one/a', 'one/b', 'one/c'])).toEqual([]);
    const deletions = atlas.requests.filter(({ method }) => method === 'DELETE').map(({ path }) => path);
    expect(deletions).toEqual(deletions.toSorted());
    expect(new Set(atlas.requests.map(({ connection }) => connection)).size).toBe(1);
  });

  it('has the rest of a group wait for what failed in it, and other groups go on', async () => {
    const { deliver, cancelled, hidden } = await startOrdered();
    expect(await deliver(['one/a', 'one/bad', 'two/a', 'one/c', 'two/b', 'one/d'])).toEqual([
      'one/bad',
      'one/c',
      'one/d',
    ]);
    expect(cancelled()).toBe(3);
    expect(hidden).toEqual([
      { receiptHandle: 'handle of one/bad', seconds: 5 },
      { receiptHandle: 'handle of one/c', seconds: 5 },
      { receiptHandle: 'handle of one/d', seconds: 5 },
    ]);
  });

  it('is not blocked by a message whose dead letter SQS accepted', async () => {
    const { deliver, cancelled, letters } = await startOrdered();
    expect(await deliver(['one/a', 'one/dead', 'one/c'])).toEqual([]);
    expect(cancelled()).toBe(2);
    expect(letters).toEqual(['one/dead']);
  });

  it('is blocked by one whose dead letter SQS did not accept', async () => {
    const { deliver, cancelled, sqs } = await startOrdered();
    sqs.sendDeadLetters = async (_, letters) => letters.map(() => false);
    expect(await deliver(['one/a', 'one/dead', 'one/c'])).toEqual(['one/dead', 'one/c']);
    expect(cancelled()).toBe(1);
  });

  it('has dead letters in their group, twice where a message fails twice within five minutes', async () => {
    const { queue, deliver, reveal } = await startQueueStage({ queue: { fifo: true }, edges: { random: () => 0 } });
    const first = await queue.send('no JSON', 'one');
    const second = await queue.send('no JSON', 'one');
    expect(await deliver()).toEqual({ batchItemFailures: [] });
    await reveal();
    expect(await deliver()).toEqual({ batchItemFailures: [] });
    const { ready = [], inflight = [] } = queue.server.inspectQueue('atlas-uninvite-dead-letters.fifo')?.messages ?? {};
    const letters = [...ready, ...inflight.map(({ message }) => message)];
    expect(letters).toMatchObject([
      { messageGroupId: 'one', messageDeduplicationId: first },
      { messageGroupId: 'one', messageDeduplicationId: second },
    ]);
  });
});

describe('a standard queue with group ids (a fair queue)', () => {
  it('has no order: one failure holds nothing up', async () => {
    const { deliver, cancelled } = await startOrdered(QUEUE_ARN);
    expect(await deliver(['one/bad', 'one/b', 'one/c'])).toEqual(['one/bad']);
    expect(cancelled()).toBe(2);
  });
});
