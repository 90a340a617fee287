import type { SQSRecord } from 'aws-lambda';
import type { Failure } from '../../lib/failures.ts';
import { type DeadLetter, toDeadLetter } from '../../lib/queue/dead-letter.ts';
import type { QueueMessage } from '../../lib/queue/event.ts';

export const DEAD_LETTERS = 'https://sqs.eu-west-1.amazonaws.com/123456789012/dead-letters';
export const FAILED_AT = Date.parse('2026-11-23T08:00:00Z');
export const QUEUE_ARN = 'arn:aws:sqs:eu-west-1:123456789012:cancellations';

/** A record as Lambda delivers it. */
export function record(
  fields: Partial<Omit<SQSRecord, 'attributes'>> & { attributes?: Record<string, string> } = {},
): SQSRecord {
  const { messageId = 'm1' } = fields;
  return {
    messageId,
    receiptHandle: `handle of ${messageId}`,
    body: '{}',
    messageAttributes: {},
    md5OfBody: '99914b932bd37a50b983c5e7c90ae93b',
    eventSource: 'aws:sqs',
    eventSourceARN: QUEUE_ARN,
    awsRegion: 'eu-west-1',
    ...fields,
    attributes: {
      ApproximateReceiveCount: '1',
      SenderId: 'AIDAXXXXXXXXXXXXXXXX',
      ...fields.attributes,
    } as SQSRecord['attributes'],
  };
}

/** A message as the door sees it. */
export function queueMessage(fields: Partial<QueueMessage> = {}): QueueMessage {
  return {
    id: 'm1',
    receiptHandle: 'handle of m1',
    body: '{}',
    attributes: {},
    queueArn: QUEUE_ARN,
    receiveCount: 1,
    firstReceivedAt: undefined,
    senderId: undefined,
    groupId: undefined,
    traceHeader: undefined,
    ...fields,
  };
}

/** The dead letter that the message becomes. @throws where it can't become one */
export function letterOf(message: QueueMessage, failure: Failure, deadLetterQueueUrl = DEAD_LETTERS): DeadLetter {
  const letter = toDeadLetter(message, failure, FAILED_AT, deadLetterQueueUrl);
  if (typeof letter === 'string') throw new Error(letter);
  return letter;
}
