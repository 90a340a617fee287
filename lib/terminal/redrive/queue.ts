import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type QueueAttributeName,
  ReceiveMessageCommand,
  type SQSClient,
  SQSServiceException,
} from '@aws-sdk/client-sqs';
import { numbered, taken } from '../../queue/batch-request.ts';
import { Batcher } from '../../queue/batcher.ts';
import { isFifo } from '../../queue/event.ts';
import { dateOf } from './beginning.ts';
import { type ReceivedLetter, readLetter } from './dead-letter.ts';

/** Seconds for which what was received is hidden: in the worst case so long after this process was killed. */
export const HIDDEN_SECONDS = 300;

interface DeadLetterQueueOptions {
  readonly client: SQSClient;
  /** Receives. It sends each request once: the second of two receives does not get what the first one has hidden. */
  readonly receiver: SQSClient;
  readonly url: string;
  /** So long SQS waits for a message before it says that there is none; above 0 it asks all its servers. */
  readonly waitSeconds: number;
}

/** How many messages there are, about. */
export interface QueueCounts {
  readonly visible: number;
  /** Received by somebody and not deleted. */
  readonly hidden: number;
}

/** No answer to a receive came, or none that can be read: SQS may have hidden what nobody has seen. */
class ReceiveLost extends Error {
  override readonly name = 'ReceiveLost';
}

const LOOKED_AT: QueueAttributeName[] = [
  'QueueArn',
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
];

/** The dead-letter queue. */
export class DeadLetterQueue {
  readonly #client: SQSClient;
  readonly #receiver: SQSClient;
  readonly #url: string;
  readonly #waitSeconds: number;
  readonly #deletions: Batcher<string>;
  readonly #releases: Batcher<string>;

  constructor({ client, receiver, url, waitSeconds }: DeadLetterQueueOptions) {
    this.#client = client;
    this.#receiver = receiver;
    this.#url = url;
    this.#waitSeconds = waitSeconds;
    this.#deletions = new Batcher({ send: (handles) => this.#delete(handles) });
    this.#releases = new Batcher({ send: (handles) => this.#release(handles) });
  }

  get fifo(): boolean {
    return isFifo(this.#url);
  }

  /** Its own name, how many there are, and the `Date` of the answer. */
  async look(): Promise<{ readonly arn: string; readonly counts: QueueCounts; readonly date: string | undefined }> {
    const command = new GetQueueAttributesCommand({ QueueUrl: this.#url, AttributeNames: LOOKED_AT });
    let date: string | undefined;
    command.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        date = dateOf(result.response);
        return result;
      },
      { step: 'deserialize' },
    );
    const { Attributes = {} } = await this.#client.send(command);
    const { QueueArn: arn = '', ApproximateNumberOfMessages: visible = '0' } = Attributes;
    const { ApproximateNumberOfMessagesNotVisible: hidden = '0' } = Attributes;
    return { arn, counts: { visible: Number(visible), hidden: Number(hidden) }, date };
  }

  /**
   * Ten at the most, which are hidden from now on; none where there are no more, as far as SQS can tell.
   * @throws {ReceiveLost} where it may have hidden some that nobody will see
   */
  async receive(): Promise<ReceivedLetter[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.#url,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: HIDDEN_SECONDS,
      WaitTimeSeconds: this.#waitSeconds,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    });
    try {
      const { Messages = [] } = await this.#receiver.send(command);
      return Messages.map(readLetter);
    } catch (error) {
      if (error instanceof SQSServiceException && error.$fault === 'client') throw error;
      const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      const hidden = `it may have hidden up to ten dead letters for ${HIDDEN_SECONDS / 60} minutes`;
      throw new ReceiveLost(`The answer of SQS was lost (${why}), and ${hidden}. Run again then.`);
    }
  }

  /** True once it is deleted. */
  delete({ receiptHandle }: ReceivedLetter): Promise<boolean> {
    return this.#deletions.add(receiptHandle);
  }

  /** Lets it be received again. */
  async release({ receiptHandle }: ReceivedLetter): Promise<void> {
    await this.#releases.add(receiptHandle);
  }

  #delete(handles: readonly string[]): Promise<boolean[]> {
    const Entries = numbered(handles.map((ReceiptHandle) => ({ ReceiptHandle })));
    const command = new DeleteMessageBatchCommand({ QueueUrl: this.#url, Entries });
    return done(handles, () => this.#client.send(command));
  }

  #release(handles: readonly string[]): Promise<boolean[]> {
    const Entries = numbered(handles.map((ReceiptHandle) => ({ ReceiptHandle, VisibilityTimeout: 0 })));
    const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.#url, Entries });
    return done(handles, () => this.#client.send(command));
  }
}

/** For each whether it was done. What SQS refuses or does not answer was not: whoever asked says so. */
async function done(handles: readonly string[], ask: () => Promise<Parameters<typeof taken>[1]>): Promise<boolean[]> {
  try {
    return taken(handles, await ask());
  } catch {
    return [];
  }
}
