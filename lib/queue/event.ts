import * as v from 'valibot';

const Text = v.nullish(v.string());

/** A message attribute as Lambda shows it: in lower camel case, binary values in base64 (AWS docs, "Using Lambda with SQS"). */
const Attribute = v.object({ dataType: v.string(), stringValue: Text, binaryValue: Text });
/** valibot's own record leaves out `constructor` and the like, which SQS takes as names: a dead letter keeps them. */
const Attributes = v.pipe(
  v.custom<object>((given) => typeof given === 'object' && given !== null && !Array.isArray(given)),
  v.transform((given): [string, unknown][] => Object.entries(given)),
  v.array(v.tuple([v.string(), Attribute])),
  v.transform((given): Record<string, MessageAttribute> => Object.fromEntries(given)),
);

/**
 * A record of an SQS event. What identifies the message is required; what merely helps to handle it is left out where it
 * is not as AWS documents it, so that nothing in one message can fail another.
 */
const Record = v.object({
  messageId: v.pipe(v.string(), v.nonEmpty()),
  receiptHandle: v.fallback(Text, undefined),
  body: v.fallback(v.string(), ''),
  eventSourceARN: v.fallback(v.string(), ''),
  attributes: v.fallback(
    v.object({
      ApproximateReceiveCount: Text,
      ApproximateFirstReceiveTimestamp: Text,
      SenderId: Text,
      MessageGroupId: Text,
      AWSTraceHeader: Text,
    }),
    {},
  ),
  messageAttributes: v.fallback(v.nullish(Attributes), undefined),
});
const Event = v.object({ Records: v.array(Record) });

export type MessageAttribute = v.InferOutput<typeof Attribute>;

/** One message of a batch. */
export interface QueueMessage {
  readonly id: string;
  /** For changing its visibility; absent where the event is none of SQS's own. */
  readonly receiptHandle: string | undefined;
  /** Byte for byte as it came. */
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly queueArn: string;
  /** How often it was received, this time included; at least 1. */
  readonly receiveCount: number;
  /** Milliseconds since the epoch. */
  readonly firstReceivedAt: number | undefined;
  /** IAM user id or role session of whoever sent it. */
  readonly senderId: string | undefined;
  /** On a FIFO queue its messages are handled in order; on a standard queue it is no more than a hint (fair queues). */
  readonly groupId: string | undefined;
  readonly traceHeader: string | undefined;
}

/**
 * Reads an SQS event.
 * @throws {Error} for anything else, and for a message without an id, which could be neither acknowledged nor reported: a
 *   function that throws has failed the whole batch, and SQS delivers it again (AWS docs, "services-sqs-errorhandling")
 */
export function readMessages(event: unknown): QueueMessage[] {
  const parsed = v.safeParse(Event, event);
  if (!parsed.success) throw new Error(`This is no event of SQS: ${v.getDotPath(parsed.issues[0]) ?? 'event'}.`);
  return parsed.output.Records.map(
    ({ messageId, receiptHandle, body, eventSourceARN, attributes, messageAttributes }) => ({
      id: messageId,
      receiptHandle: receiptHandle ?? undefined,
      body,
      attributes: messageAttributes ?? {},
      queueArn: eventSourceARN,
      receiveCount: Math.max(1, wholeNumber(attributes.ApproximateReceiveCount) ?? 1),
      firstReceivedAt: wholeNumber(attributes.ApproximateFirstReceiveTimestamp),
      senderId: attributes.SenderId ?? undefined,
      groupId: attributes.MessageGroupId ?? undefined,
      traceHeader: attributes.AWSTraceHeader ?? undefined,
    }),
  );
}

/** By the queue's name: a standard queue may have group ids too (AWS docs, "Amazon SQS fair queues"). */
export function isFifo(queueArnOrUrl: string): boolean {
  return queueArnOrUrl.endsWith('.fifo');
}

function wholeNumber(text: string | null | undefined): number | undefined {
  return text && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
