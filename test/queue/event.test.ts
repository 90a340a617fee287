import { describe, expect, it } from 'vitest';
import { readMessages } from '../../lib/queue/event.ts';
import { record } from './records.ts';

describe('an event of SQS', () => {
  it('is read into messages with what matters of each', () => {
    const attributes = {
      ApproximateReceiveCount: '3',
      ApproximateFirstReceiveTimestamp: '1795420800000',
      SentTimestamp: '1795420000000',
      SenderId: 'AIDAXXXXXXXXXXXXXXXX',
      MessageGroupId: 'one',
      AWSTraceHeader: 'Root=1-5759e988-bd862e3fe1be46a994272793',
    };
    expect(readMessages({ Records: [record({ messageId: 'm1', body: ' {} ', attributes })] })).toEqual([
      {
        id: 'm1',
        receiptHandle: 'handle of m1',
        body: ' {} ',
        attributes: {},
        queueArn: 'arn:aws:sqs:eu-west-1:123456789012:cancellations',
        receiveCount: 3,
        firstReceivedAt: 1795420800000,
        senderId: 'AIDAXXXXXXXXXXXXXXXX',
        groupId: 'one',
        traceHeader: 'Root=1-5759e988-bd862e3fe1be46a994272793',
      },
    ]);
  });

  it.each<[string, unknown]>([
    ['attributes', null],
    ['attributes', { ApproximateReceiveCount: 'many', ApproximateFirstReceiveTimestamp: '-1' }],
    ['attributes', { ApproximateReceiveCount: '0' }],
    ['attributes', { ApproximateReceiveCount: 7 }],
    ['messageAttributes', 'none'],
    ['messageAttributes', { Failure: 'text' }],
    ['receiptHandle', 7],
    ['eventSourceARN', null],
  ])('keeps a message whose %s is %j: it has an id, so it can be reported', (field, value) => {
    const [message] = readMessages({ Records: [{ ...record({ messageId: 'm1' }), [field]: value }] });
    expect(message).toMatchObject({ id: 'm1', receiveCount: 1, firstReceivedAt: undefined });
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['text', 'Records'],
    ['an array', []],
    ['an object without records', {}],
    ['records that are none', { Records: 'all' }],
    ['a record that is null', { Records: [null] }],
    ['a message without an id', { Records: [{ body: '{}' }] }],
    ['a message with an empty id', { Records: [record({ messageId: '' })] }],
    ['a message whose id is a number', { Records: [record({ messageId: 7 as unknown as string })] }],
    ['a good message beside one without an id', { Records: [record({ messageId: 'm1' }), { body: '{}' }] }],
  ])('fails as a whole, and so stays in the queue, where it is %s', (_, event) => {
    expect(() => readMessages(event)).toThrow('no event of SQS');
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString'])('keeps an attribute by the name of %s', (name) => {
    const attribute = { dataType: 'String', stringValue: 'x' };
    const messageAttributes = JSON.parse(`{"${name}":${JSON.stringify(attribute)}}`);
    const [message] = readMessages({ Records: [record({ messageAttributes })] });
    expect(Object.entries(message?.attributes ?? {})).toEqual([[name, attribute]]);
  });

  it('may be empty', () => {
    expect(readMessages({ Records: [] })).toEqual([]);
  });
});
