import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueUrlCommand,
  SendMessageBatchCommand,
  type SQSClient,
  SQSServiceException,
} from '@aws-sdk/client-sqs';
import type { DeadLetter } from './dead-letter.ts';

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
      const Entries = letters.map((letter, index) => ({ ...letter, Id: `${index}` }));
      const answer = await client().send(new SendMessageBatchCommand({ QueueUrl, Entries }), { abortSignal });
      return taken(letters, answer.Successful);
    },
    async hide(queueArn, messages, abortSignal) {
      const Entries = messages.map(({ receiptHandle, seconds }, index) => ({
        Id: `${index}`,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      }));
      const QueueUrl = await urls.of(queueArn, abortSignal);
      const answer = await client().send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }), {
        abortSignal,
      });
      return taken(messages, answer.Successful);
    },
  };
}

/** Only what SQS says it took was taken. */
function taken(entries: readonly unknown[], successful: readonly { Id?: string | undefined }[] = []): boolean[] {
  const ids = new Set(successful.map(({ Id }) => Id));
  return entries.map((_, index) => ids.has(`${index}`));
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

/**
 * The URLs of the few queues that feed a function. SQS itself is asked: an event names its queue by ARN only, and the host
 * of a URL depends on the partition, on private endpoints and on emulators.
 */
class QueueUrls {
  readonly #client: () => SQSClient;
  readonly #known = new Map<string, string>();

  constructor(client: () => SQSClient) {
    this.#client = client;
  }

  async of(queueArn: string, abortSignal: AbortSignal): Promise<string> {
    const known = this.#known.get(queueArn);
    if (known !== undefined) return known;
    const [, , , , QueueOwnerAWSAccountId, QueueName] = queueArn.split(':');
    const command = new GetQueueUrlCommand({ QueueName, QueueOwnerAWSAccountId });
    const { QueueUrl } = await this.#client().send(command, { abortSignal });
    if (QueueUrl === undefined) throw new Error('SQS knows no URL for the queue.');
    this.#known.set(queueArn, QueueUrl);
    return QueueUrl;
  }
}
