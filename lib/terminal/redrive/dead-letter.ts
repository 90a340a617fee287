import type { Message } from '@aws-sdk/client-sqs';
import * as v from 'valibot';
import { FAILURES } from '../../failures.ts';
import { type DeadLetter, FAILURE_ATTRIBUTE } from '../../queue/dead-letter.ts';
import { isFifo } from '../../queue/event.ts';
import { printable } from '../printable.ts';

/** The name of the failure of a dead letter that has none: SQS moved it, since it had used up its receives. */
export const NO_FAILURE = 'none';

/** The names that the function writes into dead letters: no later try can help these. */
export const DEAD_LETTER_FAILURES: readonly string[] = Object.entries(FAILURES).flatMap(([name, { retry }]) =>
  retry ? [] : [name],
);

/** What the function wrote into the attribute. Whoever may send to the queue may have written there instead. */
const Reason = v.object({
  name: v.picklist(DEAD_LETTER_FAILURES),
  detail: v.optional(v.string()),
  sourceQueueArn: v.optional(v.string()),
  failedAt: v.fallback(v.optional(v.pipe(v.string(), v.isoTimestamp())), undefined),
});

/**
 * The queue that a dead letter was on. SQS knows it of those that it moved by itself; of the others their `Failure` says so,
 * which the function wrote, or whoever else may send to the dead-letter queue or to the queue.
 */
export interface Source {
  readonly arn: string;
  readonly saidBy: 'SQS' | 'Failure';
}

/** A dead letter as it was received. */
export interface ReceivedLetter {
  readonly id: string;
  readonly receiptHandle: string;
  /** Name of its failure, or {@link NO_FAILURE}. */
  readonly failure: string;
  readonly detail: string | undefined;
  readonly failedAt: string | undefined;
  /** The queue that it was on, and who says so. */
  readonly source: Source | undefined;
  readonly groupId: string | undefined;
  /** When it was sent, by the clock of SQS: milliseconds since the epoch. */
  readonly sentAt: number;
  readonly message: Message;
}

export function readLetter(message: Message): ReceivedLetter {
  const { MessageId = '', ReceiptHandle = '', MessageAttributes, Attributes } = message;
  const reason = v.safeParse(Reason, parseJson(MessageAttributes?.[FAILURE_ATTRIBUTE]?.StringValue));
  const { name = NO_FAILURE, detail, failedAt, sourceQueueArn } = reason.success ? reason.output : {};
  return {
    id: MessageId,
    receiptHandle: ReceiptHandle,
    failure: name,
    detail,
    failedAt,
    source: sourceOf(Attributes?.DeadLetterQueueSourceArn, sourceQueueArn),
    groupId: Attributes?.MessageGroupId,
    sentAt: Number(Attributes?.SentTimestamp ?? 0),
    message,
  };
}

/** What SQS says counts: nobody else can have written it. */
function sourceOf(bySqs: string | undefined, byFailure: string | undefined): Source | undefined {
  if (bySqs !== undefined) return { arn: bySqs, saidBy: 'SQS' };
  return byFailure === undefined ? undefined : { arn: byFailure, saidBy: 'Failure' };
}

/**
 * False where an attribute came without its value: SQS takes `__proto__` for a name, and the AWS SDK loses what stands under
 * it. Sent again, the message would not be what it was.
 */
export function isWhole({ message }: ReceivedLetter): boolean {
  return Object.values(message.MessageAttributes ?? {}).every((attribute: unknown) => attribute !== undefined);
}

/**
 * The message as it was before it became a dead letter. On a FIFO queue the dead letter's own id is the deduplication id:
 * one that is sent again, since its deletion failed, is swallowed then.
 */
export function toMessage({ id, groupId, message }: ReceivedLetter, queueUrl: string): DeadLetter {
  const kept = Object.entries(message.MessageAttributes ?? {}).filter(([name]) => name !== FAILURE_ATTRIBUTE);
  const fifo = isFifo(queueUrl);
  const group = groupId ?? (fifo ? id : undefined);
  return {
    MessageBody: message.Body,
    ...(kept.length === 0 ? {} : { MessageAttributes: Object.fromEntries(kept) }),
    ...(group === undefined ? {} : { MessageGroupId: group }),
    ...(fifo ? { MessageDeduplicationId: id } : {}),
  };
}

/** One line about a dead letter. Its body holds an address and is not shown. */
export function lineOf({ id, failure, failedAt, detail }: ReceivedLetter): string {
  const why = detail === undefined ? failure : `${failure}: ${detail}`;
  return printable([id, failedAt, why].filter(Boolean).join(' '));
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined; // Not ours: no reason is known then.
  }
}
