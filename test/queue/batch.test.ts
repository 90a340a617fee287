import { SQSServiceException } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { deadlineIn } from '../../lib/deadline.ts';
import { Failure } from '../../lib/failures.ts';
import { Batch } from '../../lib/queue/batch.ts';
import type { Sqs } from '../../lib/queue/sqs.ts';
import { manualClock } from '../support/clock.ts';
import { DEAD_LETTERS, QUEUE_ARN, queueMessage } from './records.ts';

const failure = new Failure('InvitationAccepted', 'Why.');

/** How SQS takes each request: for each entry whether it took it, or the error of the whole. */
type Taking = (entries: readonly string[]) => readonly boolean[] | Error;

/** A batch with what was asked of SQS, the notes and the counts. */
function startBatch({ letters = everything, hidden = everything }: { letters?: Taking; hidden?: Taking }) {
  const clock = manualClock();
  const requests: (readonly string[])[] = [];
  const signals: AbortSignal[] = [];
  const notes: unknown[] = [];
  const counts: unknown[] = [];
  const answer = (taking: Taking, entries: readonly string[], signal: AbortSignal) => {
    requests.push(entries);
    signals.push(signal);
    const taken = taking(entries);
    if (taken instanceof Error) throw taken;
    return taken;
  };
  const sqs: Sqs = {
    sendDeadLetters: async (url, sent, signal) => {
      expect(url).toBe(DEAD_LETTERS);
      const bodies = sent.map(({ MessageBody = '' }) => MessageBody);
      return answer(letters, bodies, signal);
    },
    hide: async (arn, messages, signal) => {
      expect(arn).toBe(QUEUE_ARN);
      const handles = messages.map(({ receiptHandle }) => receiptHandle);
      return answer(hidden, handles, signal);
    },
  };
  const batch = new Batch({
    clock,
    journal: {
      note: (level, fields) => void notes.push({ level, ...fields }),
      count: (values) => void counts.push(values),
    },
    sqs,
    deadLetterQueueUrl: DEAD_LETTERS,
    queueArn: QUEUE_ARN,
    end: deadlineIn(20_000, clock),
  });
  const bury = (...bodies: string[]) =>
    Promise.all(bodies.map((body) => batch.deadLetter(queueMessage({ body }), failure)));
  return { batch, bury, requests, signals, notes, counts };
}

function everything(entries: readonly string[]): boolean[] {
  return entries.map(() => true);
}

function refusal(): SQSServiceException {
  return new SQSServiceException({ name: 'InvalidMessage', $fault: 'client', $metadata: { httpStatusCode: 400 } });
}

describe('dead letters', () => {
  it('are sent together, and each that SQS took is counted', async () => {
    const { bury, requests, counts, notes } = startBatch({ letters: (bodies) => bodies.map((body) => body !== 'two') });
    expect(await bury('one', 'two', 'three')).toEqual([true, false, true]);
    expect(requests).toEqual([['one', 'two', 'three']]);
    expect(counts).toEqual([{ DeadLettered: 1 }, { DeadLettered: 1 }]);
    expect(notes).toEqual([{ level: 'WARN', message: 'sqs_refused', action: 'SendMessageBatch', messages: 1 }]);
  });

  it('are sent one by one where SQS refuses all of them for the sake of one', async () => {
    const { bury, requests, notes } = startBatch({
      letters: (bodies) => (bodies.includes('two') ? refusal() : [true]),
    });
    expect(await bury('one', 'two', 'three')).toEqual([true, false, true]);
    expect(requests).toEqual([['one', 'two', 'three'], ['one'], ['two'], ['three']]);
    expect(notes).toEqual([
      { level: 'ERROR', message: 'sqs_failed', action: 'SendMessageBatch', messages: 1, reason: 'InvalidMessage' },
    ]);
  });

  it('are not sent again where no answer came, which the log tells without the words of SQS', async () => {
    const { bury, requests, counts, notes } = startBatch({ letters: () => new TypeError('ann@example.com') });
    expect(await bury('one', 'two')).toEqual([false, false]);
    expect(requests).toEqual([['one', 'two']]);
    expect(counts).toEqual([]);
    expect(notes).toEqual([
      { level: 'ERROR', message: 'sqs_failed', action: 'SendMessageBatch', messages: 2, reason: 'TypeError' },
    ]);
  });

  it('that are all taken are no matter for the log, and their request ends with the invocation', async () => {
    const { bury, signals, notes } = startBatch({});
    await bury('one', 'two');
    expect(notes).toEqual([]);
    expect(signals).toEqual([expect.any(AbortSignal)]);
  });
});

describe('messages that are hidden', () => {
  it('are those that SQS gave a handle for', async () => {
    const { batch, requests, notes } = startBatch({});
    await Promise.all([
      batch.hide(queueMessage({ receiptHandle: 'one' }), 5),
      batch.hide(queueMessage({ receiptHandle: undefined }), 5),
    ]);
    expect(requests).toEqual([['one']]);
    expect(notes).toEqual([]);
  });

  it.each<[string, Taking, object]>([
    ['refuses one', () => [true, false], { level: 'WARN', message: 'sqs_refused', messages: 1 }],
    [
      'does not answer',
      () => new Error('ann@example.com'),
      { level: 'ERROR', message: 'sqs_failed', messages: 2, reason: 'Error' },
    ],
  ])('are left to the queue where SQS %s, and the log tells how many', async (_, hidden, note) => {
    const { batch, notes } = startBatch({ hidden });
    await Promise.all([batch.hide(queueMessage(), 5), batch.hide(queueMessage(), 5)]);
    expect(notes).toEqual([{ action: 'ChangeMessageVisibilityBatch', ...note }]);
  });
});
