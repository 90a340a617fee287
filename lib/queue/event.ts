import * as v from 'valibot';

const Text = v.nullish(v.string());
const Nothing = v.nullish(v.never());
/** "Not implemented. Reserved for future use" (SQS API, MessageAttributeValue): Lambda shows them, empty. */
const Lists = {
  stringListValues: v.nullish(v.pipe(v.array(v.unknown()), v.empty())),
  binaryListValues: v.nullish(v.pipe(v.array(v.unknown()), v.empty())),
};
/** A message attribute as Lambda shows it: in lower camel case, binary values in base64 (AWS docs, "Using Lambda with SQS"). */
const Attribute = v.union([
  v.object({
    dataType: v.pipe(v.string(), v.regex(/^(?:String|Number)(?:\.|$)/)),
    stringValue: v.string(),
    binaryValue: Nothing,
    ...Lists,
  }),
  v.object({
    dataType: v.pipe(v.string(), v.regex(/^Binary(?:\.|$)/)),
    stringValue: Nothing,
    binaryValue: v.pipe(v.string(), v.base64()),
    ...Lists,
  }),
]);
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
  messageAttributes: v.optional(v.unknown()),
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
  /** Undefined where they are not as AWS documents them: they could not be carried on as they came. */
  readonly attributes: Readonly<Record<string, MessageAttribute>> | undefined;
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
      attributes: readAttributes(messageAttributes ?? {}),
      queueArn: eventSourceARN,
      receiveCount: Math.max(1, wholeNumber(attributes.ApproximateReceiveCount) ?? 1),
      firstReceivedAt: wholeNumber(attributes.ApproximateFirstReceiveTimestamp),
      senderId: attributes.SenderId ?? undefined,
      groupId: attributes.MessageGroupId ?? undefined,
      traceHeader: attributes.AWSTraceHeader ?? undefined,
    }),
  );
}

function readAttributes(given: unknown): QueueMessage['attributes'] {
  const parsed = v.safeParse(Attributes, given);
  return parsed.success ? parsed.output : undefined;
}

/** By the queue's name: a standard queue may have group ids too (AWS docs, "Amazon SQS fair queues"). */
export function isFifo(queueArnOrUrl: string): boolean {
  return queueArnOrUrl.endsWith('.fifo');
}

function wholeNumber(text: string | null | undefined): number | undefined {
  return text && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
