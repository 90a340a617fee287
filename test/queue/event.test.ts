import type { SQSMessageAttributes } from 'aws-lambda';
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
    ['attributes', { ApproximateReceiveCount: '0', ApproximateFirstReceiveTimestamp: '17 minutes' }],
    ['attributes', { ApproximateReceiveCount: 7 }],
    ['messageAttributes', 'none'],
    ['messageAttributes', { Failure: 'text' }],
    ['receiptHandle', 7],
    ['eventSourceARN', null],
  ])('keeps a message whose %s is %j: it has an id, so it can be reported', (field, value) => {
    const [message] = readMessages({ Records: [{ ...record({ messageId: 'm1' }), [field]: value }] });
    expect(message).toMatchObject({ id: 'm1', receiveCount: 1, firstReceivedAt: undefined });
  });

  it('has an empty body and no queue where these are no text', () => {
    const [message] = readMessages({ Records: [{ ...record(), body: 7, eventSourceARN: 7 }] });
    expect(message).toMatchObject({ body: '', queueArn: '' });
  });

  it.each<[unknown, string]>([
    [null, 'event'],
    [{ Records: 'all' }, 'Records'],
    [{ Records: [{ body: '{}' }] }, 'Records.0.messageId'],
  ])('says of %j where it is none: %s', (event, where) => {
    expect(() => readMessages(event)).toThrow(`This is no event of SQS: ${where}.`);
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

  it('has the attributes of a message as Lambda shows them, text and binary', () => {
    const lists = { stringListValues: [], binaryListValues: [] };
    const messageAttributes = {
      origin: { dataType: 'String', stringValue: 'people', ...lists },
      stamp: { dataType: 'Binary', binaryValue: 'AP8K' },
      count: { dataType: 'Number.int', stringValue: '7', binaryValue: null },
      seal: { dataType: 'Binary.png', binaryValue: Buffer.alloc(200_000, 0xff).toString('base64'), ...lists },
    } as unknown as SQSMessageAttributes;
    const [message] = readMessages({ Records: [record({ messageAttributes })] });
    expect(message?.attributes).toMatchObject(messageAttributes);
  });

  it.each([null, undefined])('has none where Lambda shows %s', (messageAttributes) => {
    const [message] = readMessages({ Records: [{ ...record(), messageAttributes }] });
    expect(message?.attributes).toEqual({});
  });

  const good = { dataType: 'String', stringValue: 'x' };
  it.each<[string, unknown]>([
    ['text', 'none'],
    ['a number', 7],
    ['true', true],
    ['a list', [good]],
    ['one that is text', { a: good, b: 'text' }],
    ['one that is null', { a: good, b: null }],
    ['one without a type', { b: { stringValue: 'x' } }],
    ['one of an unknown type', { b: { dataType: 'Stringent', stringValue: 'x' } }],
    ['one of a type that only ends well', { b: { dataType: 'LongString', stringValue: 'x' } }],
    ['a binary one of a type that only ends well', { b: { dataType: 'LongBinary', binaryValue: 'AP8K' } }],
    ['one without a value', { b: { dataType: 'String' } }],
    ['one of two values', { b: { ...good, binaryValue: 'AP8K' } }],
    ['one whose value is not of its type', { b: { dataType: 'Binary', stringValue: 'x' } }],
    ['one that is no base64', { b: { dataType: 'Binary', binaryValue: 'AP8K!' } }],
    ['one that is a list of texts', { b: { ...good, stringListValues: ['y'] } }],
    ['one that is a list of binaries', { b: { ...good, binaryListValues: ['AP8K'] } }],
  ])('says so where the attributes of a message could not be carried on as they came: %s', (_, messageAttributes) => {
    const [message] = readMessages({ Records: [{ ...record(), messageAttributes }] });
    expect(message).toMatchObject({ id: 'm1', attributes: undefined });
  });

  it('may be empty', () => {
    expect(readMessages({ Records: [] })).toEqual([]);
  });
});
