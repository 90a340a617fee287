import type { Clock } from '../clock.ts';
import type { Deadline } from '../deadline.ts';
import type { Failure } from '../failures.ts';
import type { Journal } from '../observability/journal.ts';
import { withinLimit } from './backoff.ts';
import { Batcher } from './batcher.ts';
import { type DeadLetter, sizeOf, toDeadLetter } from './dead-letter.ts';
import type { QueueMessage } from './event.ts';
import { isRefusal, type Sqs, type Visibility } from './sqs.ts';

/** What a batch has for all its messages. */
interface BatchOptions {
  readonly clock: Clock;
  readonly journal: Pick<Journal, 'note' | 'count'>;
  readonly sqs: Sqs;
  readonly deadLetterQueueUrl: string | undefined;
  readonly queueArn: string;
  /** When the invocation must have ended: no request to SQS goes on after it. */
  readonly end: Deadline;
}

/** What one invocation sends to SQS, gathered into as few requests as can be. */
export class Batch {
  readonly #options: BatchOptions;
  readonly #letters: Batcher<DeadLetter>;
  readonly #hidden: Batcher<Visibility>;

  constructor(options: BatchOptions) {
    this.#options = options;
    this.#letters = new Batcher({ send: (letters) => this.#send(letters), size: sizeOf });
    this.#hidden = new Batcher({ send: (messages) => this.#hide(messages) });
  }

  /** Sends the message to the dead-letter queue: true once SQS has accepted it there. */
  async deadLetter(message: QueueMessage, failure: Failure): Promise<boolean> {
    const { clock, deadLetterQueueUrl, journal } = this.#options;
    const letter = toDeadLetter(message, failure, clock.now(), deadLetterQueueUrl);
    if (typeof letter === 'string') {
      const fields = { message: 'not_dead_lettered', messageId: message.id, failure: failure.name, reason: letter };
      journal.note('WARN', fields);
      return false;
    }
    const accepted = await this.#letters.add(letter);
    if (accepted) journal.count({ DeadLettered: 1 });
    return accepted;
  }

  /** Hides a message that goes back to the queue. Where SQS doesn't do it, the queue's own visibility timeout counts. */
  async hide(message: QueueMessage, seconds: number): Promise<void> {
    const { receiptHandle } = message;
    if (receiptHandle === undefined) return;
    await this.#hidden.add({ receiptHandle, seconds: withinLimit(seconds, message, this.#options.clock.now()) });
  }

  async #send(letters: readonly DeadLetter[]): Promise<readonly boolean[]> {
    const { sqs, deadLetterQueueUrl = '', end } = this.#options;
    try {
      const taken = await sqs.sendDeadLetters(deadLetterQueueUrl, letters, signalOf(end));
      this.#noteRefused('SendMessageBatch', taken);
      return taken;
    } catch (error) {
      // One entry that SQS does not like must not hold up the others.
      if (letters.length > 1 && isRefusal(error)) {
        return (await Promise.all(letters.map((letter) => this.#send([letter])))).flat();
      }
      this.#noteFailed('SendMessageBatch', letters.length, error);
      return letters.map(() => false);
    }
  }

  async #hide(messages: readonly Visibility[]): Promise<readonly boolean[]> {
    const { sqs, queueArn, end } = this.#options;
    try {
      const taken = await sqs.hide(queueArn, messages, signalOf(end));
      this.#noteRefused('ChangeMessageVisibilityBatch', taken);
      return taken;
    } catch (error) {
      this.#noteFailed('ChangeMessageVisibilityBatch', messages.length, error);
      return messages.map(() => false);
    }
  }

  #noteRefused(action: string, taken: readonly boolean[]): void {
    const messages = taken.filter((yes) => !yes).length;
    if (messages > 0) this.#options.journal.note('WARN', { message: 'sqs_refused', action, messages });
  }

  /** The names alone: messages of SQS quote what they were sent. */
  #noteFailed(action: string, messages: number, error: unknown): void {
    const reason = error instanceof Error ? error.name : typeof error;
    this.#options.journal.note('ERROR', { message: 'sqs_failed', action, messages, reason });
  }
}

function signalOf(end: Deadline): AbortSignal {
  return AbortSignal.timeout(Math.ceil(end.remaining()));
}
