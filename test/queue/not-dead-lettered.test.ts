import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startQueue } from '../../infra/local/queue.ts';
import { createQueueDoor } from '../../lib/queue/door.ts';
import { manualClock } from '../support/clock.ts';
import { lambdaContext } from '../support/lambda.ts';
import { startStage } from '../support/stage.ts';
import { DEAD_LETTERS, record } from './records.ts';
import { willingSqs } from './willing-sqs.ts';

/** Delivers a message that no later try can help. */
async function deliver(deadLetterQueueUrl: string, fields: Record<string, unknown> = {}) {
  const { service, log } = await startStage({ environment: { DEAD_LETTER_QUEUE_URL: deadLetterQueueUrl } });
  const { sqs, letters } = willingSqs();
  const Records = [{ ...record({ messageId: 'm1', body: 'no JSON' }), ...fields }];
  const answer = await createQueueDoor(service, { sqs })({ Records }, lambdaContext());
  return { answer, letters, notes: log.lines.filter(({ message }) => message === 'not_dead_lettered') };
}

const attribute = { dataType: 'String', stringValue: 'x' };
const ten = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`a${index}`, attribute]));

describe('a message that no later try can help is left to the redrive policy of its queue, and the log says why', () => {
  it.each<[string, string, string, Record<string, unknown>]>([
    ['no queue for it is configured', 'no_queue', '', {}],
    [
      'its attributes could not be carried on as they came',
      'unreadable_attributes',
      DEAD_LETTERS,
      { messageAttributes: { seal: { dataType: 'Binary', binaryValue: 'no base64' } } },
    ],
    ['ten attributes leave no slot for the reason', 'no_free_attribute', DEAD_LETTERS, { messageAttributes: ten }],
  ])('where %s', async (_, reason, url, fields) => {
    const { answer, letters, notes } = await deliver(url, fields);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(letters).toEqual([]);
    expect(notes).toEqual([
      expect.objectContaining({ level: 'WARN', messageId: 'm1', failure: 'InvalidRequest', reason }),
    ]);
  });

  it('where the queue for it is its own, in which it would circle', async () => {
    const { queue, close } = await startQueue({ region: 'eu-west-1' });
    onTestFinished(close);
    const { answer, letters, notes } = await deliver(queue.url, { eventSourceARN: queue.arn });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(letters).toEqual([]);
    expect(notes).toEqual([expect.objectContaining({ level: 'WARN', reason: 'same_queue' })]);
  });

  it.each<[string, object | undefined]>([
    ['without a context', undefined],
    ['with half a context', { awsRequestId: 'one' }],
  ])('and is a dead letter %s of Lambda too', async (_, context) => {
    const { service } = await startStage({ environment: { DEAD_LETTER_QUEUE_URL: DEAD_LETTERS } });
    const { sqs, letters } = willingSqs();
    const answer = await createQueueDoor(service, { sqs })({ Records: [record({ body: 'no JSON' })] }, context);
    expect([answer, letters]).toEqual([{ batchItemFailures: [] }, ['no JSON']]);
  });

  it('and is a dead letter half a second before Lambda ends the function, or none', async () => {
    const clock = manualClock();
    const { service } = await startStage({ clock, environment: { DEAD_LETTER_QUEUE_URL: DEAD_LETTERS } });
    const timeouts = vi.spyOn(AbortSignal, 'timeout');
    onTestFinished(() => timeouts.mockRestore());
    const Records = [record({ body: 'no JSON' })];
    await createQueueDoor(service, { sqs: willingSqs().sqs })({ Records }, lambdaContext(10_000));
    expect(timeouts.mock.calls).toEqual([[9_500]]);
  });

  it('and is a dead letter, without a note, where there is nothing in the way', async () => {
    const { answer, letters, notes } = await deliver(DEAD_LETTERS);
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(letters).toEqual(['no JSON']);
    expect(notes).toEqual([]);
  });
});
