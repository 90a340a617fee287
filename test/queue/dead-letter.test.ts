import { describe, expect, it } from 'vitest';
import { Failure } from '../../lib/failures.ts';
import { sizeOf, toDeadLetter } from '../../lib/queue/dead-letter.ts';
import { type QueueMessage, readMessages } from '../../lib/queue/event.ts';
import { sqsThrough } from '../../lib/queue/sqs.ts';
import { startRedrive } from './operator.ts';
import { DEAD_LETTERS, FAILED_AT, letterOf, QUEUE_ARN, queueMessage, record } from './records.ts';

const OWN_PATH = '/123456789012/cancellations';
const OWN_QUEUE = `https://sqs.eu-west-1.amazonaws.com${OWN_PATH}`;
const FIFO = `${DEAD_LETTERS}.fifo`;
const ODD_NAMES = ['__proto__', 'constructor', 'toString'];
const failure = new Failure('InvitationAccepted', 'ann@example.com is an active member of this organization already.');

function attributes(count: number) {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`a${index}`, { dataType: 'String', stringValue: 'x' }]),
  );
}

describe('a dead letter', () => {
  it('has the body byte for byte, and says why it failed without naming the person', () => {
    const body = ' {"orgId" : "é\\u0000", "x":1e3 }\n';
    const letter = letterOf(queueMessage({ body, receiveCount: 4 }), failure);
    expect(letter.MessageBody).toBe(body);
    expect(JSON.parse(letter.MessageAttributes?.['Failure']?.StringValue ?? '')).toEqual({
      name: 'InvitationAccepted',
      errorCode: 'INVITATION_ACCEPTED',
      status: 409,
      detail: 'a***@example.com is an active member of this organization already.',
      sourceQueueArn: QUEUE_ARN,
      messageId: 'm1',
      receiveCount: 4,
      failedAt: '2026-11-23T08:00:00.000Z',
    });
  });

  it('keeps the attributes, text and binary, under the names of the SDK', () => {
    const message = queueMessage({
      attributes: {
        origin: { dataType: 'String', stringValue: 'people' },
        count: { dataType: 'Number.int', stringValue: '7' },
        seal: { dataType: 'Binary', binaryValue: Buffer.from([0, 255, 10]).toString('base64') },
      },
    });
    expect(letterOf(message, failure).MessageAttributes).toMatchObject({
      origin: { DataType: 'String', StringValue: 'people' },
      count: { DataType: 'Number.int', StringValue: '7' },
      seal: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255, 10]) },
      Failure: { DataType: 'String' },
    });
  });

  it('keeps those under names that objects have by themselves, as far as into the queue', async () => {
    const { queue } = await startRedrive();
    const { queue: source, deadLetterQueue, server, client } = queue;
    const attribute = { dataType: 'String', stringValue: 'x' };
    const messageAttributes = Object.fromEntries(ODD_NAMES.map((name) => [name, attribute]));
    const event = JSON.stringify({ Records: [{ ...record({ eventSourceARN: source.arn }), messageAttributes }] });
    const letters = readMessages(JSON.parse(event)).map((each) => letterOf(each, failure, deadLetterQueue.url));
    const sent = sqsThrough(() => client).sendDeadLetters(deadLetterQueue.url, letters, AbortSignal.timeout(5_000));
    expect(await sent).toEqual([true]);
    const { ready = [] } = server.inspectQueue(deadLetterQueue.arn.split(':')[5] ?? '')?.messages ?? {};
    expect(ready.map((each) => Object.entries(each.messageAttributes))).toEqual([
      expect.arrayContaining(ODD_NAMES.map((name) => [name, { DataType: 'String', StringValue: 'x' }])),
    ]);
  });

  it('replaces the reason of an earlier time', () => {
    const message = queueMessage({
      attributes: { ...attributes(9), Failure: { dataType: 'String', stringValue: '{"name":"NotFound"}' } },
    });
    const letter = letterOf(message, failure);
    expect(Object.keys(letter.MessageAttributes ?? {})).toHaveLength(10);
    expect(letter.MessageAttributes?.['Failure']?.StringValue).toContain('InvitationAccepted');
  });

  it.each<[string, Partial<QueueMessage>, string | undefined, string]>([
    ['ten attributes leave no slot for the reason', { attributes: attributes(10) }, DEAD_LETTERS, 'no_free_attribute'],
    ['its attributes could not be read', { attributes: undefined }, DEAD_LETTERS, 'unreadable_attributes'],
    ['no queue is configured', {}, undefined, 'no_queue'],
    ['it would go to the queue that it came from', {}, OWN_QUEUE, 'same_queue'],
    [
      'it would go there by a private endpoint',
      {},
      `https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com${OWN_PATH}/`,
      'same_queue',
    ],
    ['it would go there in an emulator', {}, `http://localhost:4566${OWN_PATH}`, 'same_queue'],
  ])('can not be made where %s', (_, fields, url, why) => {
    expect(toDeadLetter(queueMessage(fields), failure, FAILED_AT, url)).toBe(why);
  });

  it.each([
    ['another account', 'https://sqs.eu-west-1.amazonaws.com/210987654321/cancellations'],
    ['another name', `${OWN_QUEUE}-dead-letters`],
  ])('may go to a queue of %s', (_, url) => {
    expect(letterOf(queueMessage(), failure, url)).toHaveProperty('MessageBody', '{}');
  });

  it('may come from a queue of which the event tells no ARN', () => {
    expect(letterOf(queueMessage({ queueArn: '' }), failure, 'https://example.com')).toHaveProperty(
      'MessageBody',
      '{}',
    );
  });

  it('goes to a FIFO queue in its group, under its own id', () => {
    const letter = letterOf(queueMessage({ id: 'm7', groupId: 'one' }), failure, FIFO);
    expect(letter).toMatchObject({ MessageGroupId: 'one', MessageDeduplicationId: 'm7' });
  });

  it('has no deduplication id on a standard queue, which would refuse it', () => {
    expect(letterOf(queueMessage(), failure)).not.toHaveProperty('MessageDeduplicationId');
  });

  it('spells the reason in ASCII, since SQS refuses some characters', () => {
    const odd = new Failure('InvalidRequest', 'Not \ufffe\u0000 but “é” 😀');
    const text = letterOf(queueMessage(), odd).MessageAttributes?.['Failure']?.StringValue;
    expect(text).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(text ?? '').detail).toBe(odd.message);
  });

  it('is as large as SQS counts: body, and name, type and value of each attribute, in bytes', () => {
    const letter = {
      MessageBody: 'é',
      MessageAttributes: {
        ab: { DataType: 'String', StringValue: '€' },
        cd: { DataType: 'Binary', BinaryValue: Buffer.alloc(5) },
      },
    };
    expect(sizeOf(letter)).toBe(2 + (2 + 6 + 3) + (2 + 6 + 5));
  });
});
