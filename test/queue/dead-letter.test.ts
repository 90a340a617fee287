import { describe, expect, it } from 'vitest';
import { Failure } from '../../lib/failures.ts';
import { sizeOf, toDeadLetter } from '../../lib/queue/dead-letter.ts';
import { QUEUE_ARN, queueMessage } from './records.ts';

const STANDARD = 'https://sqs.eu-west-1.amazonaws.com/123456789012/dead-letters';
const FIFO = `${STANDARD}.fifo`;
const FAILED_AT = Date.parse('2026-11-23T08:00:00Z');
const failure = new Failure('InvitationAccepted', 'ann@example.com is an active member of this organization already.');

function attributes(count: number) {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`a${index}`, { dataType: 'String', stringValue: 'x' }]),
  );
}

describe('a dead letter', () => {
  it('has the body byte for byte, and says why it failed without naming the person', () => {
    const body = ' {"orgId" : "é\\u0000", "x":1e3 }\n';
    const letter = toDeadLetter(queueMessage({ body, receiveCount: 4 }), failure, FAILED_AT, STANDARD);
    expect(letter?.MessageBody).toBe(body);
    expect(JSON.parse(letter?.MessageAttributes?.['Failure']?.StringValue ?? '')).toEqual({
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
    expect(toDeadLetter(message, failure, FAILED_AT, STANDARD)?.MessageAttributes).toMatchObject({
      origin: { DataType: 'String', StringValue: 'people' },
      count: { DataType: 'Number.int', StringValue: '7' },
      seal: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255, 10]) },
      Failure: { DataType: 'String' },
    });
  });

  it('replaces the reason of an earlier time', () => {
    const message = queueMessage({
      attributes: { ...attributes(9), Failure: { dataType: 'String', stringValue: '{"name":"NotFound"}' } },
    });
    const letter = toDeadLetter(message, failure, FAILED_AT, STANDARD);
    expect(Object.keys(letter?.MessageAttributes ?? {})).toHaveLength(10);
    expect(letter?.MessageAttributes?.['Failure']?.StringValue).toContain('InvitationAccepted');
  });

  it('can not be made where ten attributes leave no slot for the reason', () => {
    expect(toDeadLetter(queueMessage({ attributes: attributes(10) }), failure, FAILED_AT, STANDARD)).toBeUndefined();
  });

  it('goes to a FIFO queue in its group, under its own id', () => {
    const letter = toDeadLetter(queueMessage({ id: 'm7', groupId: 'one' }), failure, FAILED_AT, FIFO);
    expect(letter).toMatchObject({ MessageGroupId: 'one', MessageDeduplicationId: 'm7' });
  });

  it('has no deduplication id on a standard queue, which would refuse it', () => {
    expect(toDeadLetter(queueMessage(), failure, FAILED_AT, STANDARD)).not.toHaveProperty('MessageDeduplicationId');
  });

  it('spells the reason in ASCII, since SQS refuses some characters', () => {
    const odd = new Failure('InvalidRequest', 'Not \ufffe\u0000 but “é” 😀');
    const text = toDeadLetter(queueMessage(), odd, FAILED_AT, STANDARD)?.MessageAttributes?.['Failure']?.StringValue;
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
