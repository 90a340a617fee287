import type { SQSRecord } from 'aws-lambda';
import type { Sqs } from '../../../lib/queue/sqs.ts';
import { record } from '../records.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Of the mapping, as in the stack; the window in milliseconds. */
const BATCH_SIZE = 10;
const BATCHING_WINDOW = 1_000;

interface Held {
  readonly id: string;
  readonly body: string;
  receiveCount: number;
  firstReceivedAt: number;
  /** Which of the times at which it was hidden counts: the last. */
  hidings: number;
}

export interface QueueLimits {
  /** In seconds. */
  readonly visibilityTimeout: number;
  readonly maxReceiveCount: number;
}

/** A standard queue of SQS in virtual time: visibility timeouts, receive counts, a redrive policy, ten messages a receive. */
export class VirtualQueue implements Sqs {
  readonly #time: VirtualTime;
  readonly #random: () => number;
  readonly #limits: QueueLimits;
  readonly #held = new Map<string, Held>();
  readonly #visible: Held[] = [];
  #change = Promise.withResolvers<void>();
  highestReceiveCount = 0;
  /** Moved away by the redrive policy, or sent by the function. */
  deadLetters = 0;

  constructor(time: VirtualTime, random: () => number, limits: QueueLimits) {
    this.#time = time;
    this.#random = random;
    this.#limits = limits;
  }

  send(id: string, body: string): void {
    const message = { id, body, receiveCount: 0, firstReceivedAt: 0, hidings: 0 };
    this.#held.set(id, message);
    this.#visible.push(message);
    this.#tell();
  }

  /** Messages in it, hidden ones included. */
  get size(): number {
    return this.#held.size;
  }

  /** Up to ten messages, in no order, gathered over a while; none where others were faster, or the queue is empty. */
  async receive(): Promise<SQSRecord[]> {
    if (this.#visible.length === 0 && this.size > 0) await this.#change.promise;
    if (this.#visible.length < BATCH_SIZE && this.size > 0) await this.#time.wait(BATCHING_WINDOW);
    const records: SQSRecord[] = [];
    while (records.length < BATCH_SIZE && this.#visible.length > 0) {
      const message = this.#takeAny();
      message.receiveCount += 1;
      message.firstReceivedAt ||= this.#time.now();
      if (message.receiveCount > this.#limits.maxReceiveCount) {
        this.deadLetters += 1;
        this.delete(message.id);
        continue;
      }
      this.highestReceiveCount = Math.max(this.highestReceiveCount, message.receiveCount);
      this.#hideFor(message, this.#limits.visibilityTimeout);
      const attributes = {
        ApproximateReceiveCount: `${message.receiveCount}`,
        ApproximateFirstReceiveTimestamp: `${message.firstReceivedAt}`,
      };
      records.push(record({ messageId: message.id, receiptHandle: message.id, body: message.body, attributes }));
    }
    return records;
  }

  delete(id: string): void {
    this.#held.delete(id);
    if (this.#held.size === 0) this.#tell();
  }

  sendDeadLetters: Sqs['sendDeadLetters'] = async (_, letters) => {
    this.deadLetters += letters.length;
    return letters.map(() => true);
  };

  hide: Sqs['hide'] = async (_, messages) => {
    for (const { receiptHandle, seconds } of messages) {
      const message = this.#held.get(receiptHandle);
      if (message) this.#hideFor(message, seconds);
    }
    return messages.map(() => true);
  };

  #hideFor(message: Held, seconds: number): void {
    message.hidings += 1;
    const { hidings } = message;
    void this.#time.wait(seconds * 1_000).then(() => {
      if (message.hidings !== hidings || !this.#held.has(message.id)) return;
      this.#visible.push(message);
      this.#tell();
    });
  }

  #tell(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }

  #takeAny(): Held {
    const index = Math.floor(this.#random() * this.#visible.length);
    const taken = this.#visible[index];
    const last = this.#visible.pop();
    if (!taken || !last) throw new Error('Nothing is visible.');
    if (taken !== last) this.#visible[index] = last;
    return taken;
  }
}
