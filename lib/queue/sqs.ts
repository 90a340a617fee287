import {
  ChangeMessageVisibilityBatchCommand,
  SendMessageBatchCommand,
  type SQSClient,
  SQSServiceException,
} from '@aws-sdk/client-sqs';
import { numbered, taken } from './batch-request.ts';
import type { DeadLetter } from './dead-letter.ts';
import { QueueUrls } from './queue-urls.ts';

/** When a message is to be seen again. */
export interface Visibility {
  readonly receiptHandle: string;
  /** Whole seconds from now. */
  readonly seconds: number;
}

/** What the door asks of SQS. */
export interface Sqs {
  /**
   * Sends dead letters, ten at the most and together small enough for one request. Tells for each whether SQS took it.
   * @throws {Error} where the answer did not come, or refused all of them
   */
  sendDeadLetters(queueUrl: string, letters: readonly DeadLetter[], signal: AbortSignal): Promise<readonly boolean[]>;
  /** Hides messages, ten at the most, for so long. @throws {Error} where the answer did not come, or refused all of them */
  hide(queueArn: string, messages: readonly Visibility[], signal: AbortSignal): Promise<readonly boolean[]>;
}

/** SQS through the AWS SDK. The client is made when it is first needed: most batches need none. */
export function sqsThrough(makeClient: () => SQSClient): Sqs {
  let made: SQSClient | undefined;
  const client = () => {
    made ??= makeClient();
    return made;
  };
  const urls = new QueueUrls(client);
  return {
    async sendDeadLetters(QueueUrl, letters, abortSignal) {
      const command = new SendMessageBatchCommand({ QueueUrl, Entries: numbered(letters) });
      return taken(letters, await client().send(command, { abortSignal }));
    },
    async hide(queueArn, messages, abortSignal) {
      const QueueUrl = await urls.of(queueArn, abortSignal);
      const Entries = messages.map(({ receiptHandle, seconds }) => ({
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      }));
      const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries: numbered(Entries) });
      return taken(messages, await client().send(command, { abortSignal }));
    },
  };
}

/** True where sending the entries of a refused request one by one can help those that are not at fault. */
export function isRefusal(error: unknown): boolean {
  return (
    error instanceof SQSServiceException &&
    error.$fault === 'client' &&
    error.$retryable === undefined &&
    error.$metadata.httpStatusCode === 400
  );
}
