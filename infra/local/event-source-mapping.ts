import { setTimeout as wait } from 'node:timers/promises';
import type { Message, MessageAttributeValue, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSMessageAttribute, SQSRecord, SQSRecordAttributes } from 'aws-lambda';
import { Consumer } from 'sqs-consumer';
import * as v from 'valibot';
import type { Invocation } from './lambda-runtime.ts';

const BATCH_SIZE = 10;

/** A queue as the mapping knows it. */
export interface EventSource {
  readonly url: string;
  readonly arn: string;
}

interface MappingOptions {
  readonly client: SQSClient;
  readonly source: EventSource;
  readonly invoke: (event: SQSEvent) => Promise<Invocation>;
  /** Gets told why a batch failed as a whole, and what went wrong with SQS. @default ignored */
  readonly log?: (line: string) => void;
}

/** What Lambda's poller takes as an answer under ReportBatchItemFailures: nothing, null, or an object with or without failures. */
const Answer = v.nullish(
  v.object({ batchItemFailures: v.nullish(v.array(v.object({ itemIdentifier: v.pipe(v.string(), v.nonEmpty()) }))) }),
);

/**
 * Delivers the queue's messages to the function and deletes what it does not report, as Lambda's event source mapping does
 * with `ReportBatchItemFailures`. sqs-consumer polls, and deletes what its handler returns.
 * @returns stops polling, once what is being handled has ended
 */
export function startMapping({ client, source, invoke, log = () => {} }: MappingOptions): () => Promise<void> {
  let handling = false;
  const consumer = Consumer.create({
    queueUrl: source.url,
    sqs: client,
    batchSize: BATCH_SIZE,
    messageAttributeNames: ['All'],
    messageSystemAttributeNames: ['All'],
    waitTimeSeconds: 1,
    suppressFifoWarning: true,
    handleMessageBatch: async (messages) => {
      handling = true;
      return acknowledged(messages, await invoke(toEvent(messages, source)), log);
    },
  });
  consumer.on('response_processed', () => {
    handling = false;
  });
  const tell = ({ message }: Error) => consumer.status.isRunning && log(`SQS: ${message}`);
  consumer.on('error', (error) => void tell(error));
  consumer.on('processing_error', (error) => void tell(error));
  consumer.start();
  return async () => {
    // Waiting for messages can be broken off; deleting those that were handled must not be.
    consumer.stop({ abort: !handling });
    while (consumer.status.isPolling) await wait(10);
  };
}

/**
 * The messages that are deleted after an invocation: all that the answer does not report, and none where the function threw
 * or its answer is not in order (AWS docs, "services-sqs-errorhandling": one identifier that is empty or not of the batch
 * fails all of it).
 */
export function acknowledged<M extends Pick<Message, 'MessageId'>>(
  messages: readonly M[],
  invocation: Invocation,
  log: (line: string) => void = () => {},
): M[] {
  if ('error' in invocation) {
    log(`The whole batch failed: ${invocation.error.errorType}: ${invocation.error.errorMessage}`);
    return [];
  }
  const answer = v.safeParse(Answer, invocation.payload);
  const failures = answer.success ? (answer.output?.batchItemFailures ?? []) : [];
  const reported = new Set(failures.map(({ itemIdentifier }) => itemIdentifier));
  const ids = new Set(messages.map(({ MessageId }) => MessageId ?? ''));
  if (!answer.success || [...reported].some((id) => !ids.has(id))) {
    log('The whole batch failed: the function answered with something that is no batch response.');
    return [];
  }
  return messages.filter(({ MessageId = '' }) => !reported.has(MessageId));
}

/** The event that Lambda makes of received messages: names in lower camel case, binary values in base64. */
export function toEvent(messages: readonly Message[], { arn }: EventSource): SQSEvent {
  return { Records: messages.map((message) => toRecord(message, arn)) };
}

function toRecord(message: Message, arn: string): SQSRecord {
  const { MessageId = '', ReceiptHandle = '', Body = '', MD5OfBody = '', Attributes, MessageAttributes } = message;
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    // All were asked for, and the required ones are always there.
    attributes: { ...Attributes } as unknown as SQSRecordAttributes,
    messageAttributes: Object.fromEntries(
      Object.entries(MessageAttributes ?? {}).map(([name, value]) => [name, toAttribute(value)]),
    ),
    md5OfBody: MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
    awsRegion: arn.split(':')[3] ?? '',
  };
}

/** One without a value stays one: the AWS SDK loses the value of `__proto__`, and the function must not think it saw all. */
function toAttribute({
  StringValue,
  BinaryValue,
  DataType = 'String',
}: Partial<MessageAttributeValue> = {}): SQSMessageAttribute {
  return {
    ...(StringValue === undefined ? {} : { stringValue: StringValue }),
    ...(BinaryValue === undefined ? {} : { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType,
  };
}
