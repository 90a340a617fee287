import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type QueueAttributeName,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { numbered, taken } from '../../queue/batch-request.ts';
import { Batcher } from '../../queue/batcher.ts';
import { isFifo } from '../../queue/event.ts';
import { type ReceivedLetter, readLetter } from './dead-letter.ts';

/** Seconds for which what was received is hidden: in the worst case so long after this process was killed. */
const HIDDEN_SECONDS = 300;

/** The dead-letter queue. */
export class DeadLetterQueue {
  readonly #client: SQSClient;
  readonly #url: string;
  readonly #waitSeconds: number;
  readonly #deletions: Batcher<string>;
  readonly #releases: Batcher<string>;

  /** `waitSeconds`: so long SQS waits for a message before it says that there is none; above 0 it asks all its servers. */
  constructor(client: SQSClient, url: string, waitSeconds: number) {
    this.#client = client;
    this.#url = url;
    this.#waitSeconds = waitSeconds;
    this.#deletions = new Batcher({ send: (handles) => this.#delete(handles) });
    this.#releases = new Batcher({ send: (handles) => this.#release(handles) });
  }

  get fifo(): boolean {
    return isFifo(this.#url);
  }

  /** Its own name, and how many there are, about. */
  async look(): Promise<{ readonly arn: string; readonly count: number }> {
    const AttributeNames: QueueAttributeName[] = ['ApproximateNumberOfMessages', 'QueueArn'];
    const command = new GetQueueAttributesCommand({ QueueUrl: this.#url, AttributeNames });
    const { Attributes: { QueueArn: arn = '', ApproximateNumberOfMessages: count = '0' } = {} } =
      await this.#client.send(command);
    return { arn, count: Number(count) };
  }

  /** Ten at the most, which are hidden from now on; none where there are no more, as far as SQS can tell. */
  async receive(): Promise<ReceivedLetter[]> {
    const { Messages = [] } = await this.#client.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#url,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: HIDDEN_SECONDS,
        WaitTimeSeconds: this.#waitSeconds,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    );
    return Messages.map(readLetter);
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
