import type { MessageAttributeValue, SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import type { Failure } from '../failures.ts';
import { isFifo, type MessageAttribute, type QueueMessage } from './event.ts';
import { isUrlOf } from './queue-arn.ts';

/** The attribute of a dead letter that says why it is one. */
export const FAILURE_ATTRIBUTE = 'Failure';

/** Attributes that a message can have (AWS docs, "sqs-message-metadata"). */
const MOST_ATTRIBUTES = 10;

export type DeadLetter = Omit<SendMessageBatchRequestEntry, 'Id'>;

/** Why a message can't become a dead letter. */
type NotDeadLettered = 'no_queue' | 'same_queue' | 'unreadable_attributes' | 'no_free_attribute';

/**
 * The message as a dead letter: body and attributes as they came, and an attribute that says why it failed. On a FIFO
 * queue the message's id is the deduplication id, as it is when SQS moves a message: the original's would swallow a second
 * dead letter within five minutes. Or why there can be none: among others, a dead letter to the queue that the message
 * came from would be served, and fail, forever.
 */
export function toDeadLetter(
  message: QueueMessage,
  failure: Failure,
  failedAt: number,
  deadLetterQueueUrl: string | undefined,
): DeadLetter | NotDeadLettered {
  if (deadLetterQueueUrl === undefined) return 'no_queue';
  if (isUrlOf(deadLetterQueueUrl, message.queueArn)) return 'same_queue';
  if (message.attributes === undefined) return 'unreadable_attributes';
  const kept = Object.entries(message.attributes).filter(([name]) => name !== FAILURE_ATTRIBUTE);
  if (kept.length >= MOST_ATTRIBUTES) return 'no_free_attribute';
  const fifo = isFifo(deadLetterQueueUrl);
  const groupId = message.groupId ?? (fifo ? message.id : undefined);
  return {
    MessageBody: message.body,
    MessageAttributes: {
      ...Object.fromEntries(kept.map(([name, attribute]) => [name, toSdk(attribute)])),
      [FAILURE_ATTRIBUTE]: { DataType: 'String', StringValue: describe(message, failure, failedAt) },
    },
    ...(groupId === undefined ? {} : { MessageGroupId: groupId }),
    ...(fifo ? { MessageDeduplicationId: message.id } : {}),
  };
}

/** Bytes that SQS counts for an entry: its body, and name, type and value of each attribute. */
export function sizeOf({ MessageBody, MessageAttributes = {} }: DeadLetter): number {
  const attributes = Object.entries(MessageAttributes).map(
    ([name, { DataType, StringValue, BinaryValue }]) =>
      bytes(name) + bytes(DataType) + bytes(StringValue) + (BinaryValue?.length ?? 0),
  );
  return attributes.reduce((sum, size) => sum + size, bytes(MessageBody));
}

function describe(message: QueueMessage, failure: Failure, failedAt: number): string {
  const { name, errorCode, status, message: detail } = failure;
  const text = JSON.stringify({
    name,
    errorCode,
    status,
    detail,
    sourceQueueArn: message.queueArn,
    messageId: message.id,
    receiveCount: message.receiveCount,
    failedAt: new Date(failedAt).toISOString(),
  });
  // As ASCII: some characters are refused by SQS (XML 1.0, section 2.2), and detail quotes what others wrote.
  return text.replace(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function toSdk({ dataType, stringValue, binaryValue }: MessageAttribute): MessageAttributeValue {
  return {
    DataType: dataType,
    ...(typeof stringValue === 'string' ? { StringValue: stringValue } : {}),
    ...(typeof binaryValue === 'string' ? { BinaryValue: Buffer.from(binaryValue, 'base64') } : {}),
  };
}

function bytes(text: string | undefined): number {
  return text === undefined ? 0 : Buffer.byteLength(text);
}
