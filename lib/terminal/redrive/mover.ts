import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { numbered, taken } from '../../queue/batch-request.ts';
import { Batcher } from '../../queue/batcher.ts';
import { type DeadLetter, sizeOf } from '../../queue/dead-letter.ts';
import { areNeighbours } from '../../queue/queue-arn.ts';
import { QueueUrls } from '../../queue/queue-urls.ts';
import { isWhole, type ReceivedLetter, toMessage } from './dead-letter.ts';
import type { DeadLetterQueue } from './queue.ts';

interface MoverOptions {
  readonly client: SQSClient;
  readonly from: Pick<DeadLetterQueue, 'delete' | 'fifo'>;
  /** ARN of that queue. */
  readonly fromArn: string;
  /** URL of the queue for all of them; where absent, each has its own. */
  readonly to: string | undefined;
}

/** Whether a dead letter was moved, or left since it was not asked for; else why it stays. */
export type Moved = 'moved' | 'left' | { readonly stays: string };

/** Moves dead letters: each is sent to its queue first, and deleted after SQS has taken it there. */
export class Mover {
  readonly #options: MoverOptions;
  readonly #urls: QueueUrls;
  readonly #sendings = new Map<string, Batcher<DeadLetter>>();
  /** Groups of a FIFO queue in which one stays: what comes after it must not overtake it. */
  readonly #blocked = new Set<string>();

  constructor(options: MoverOptions) {
    this.#options = options;
    this.#urls = new QueueUrls(() => options.client);
  }

  /** Moves those of the failure (all, where none is named) that were received together; on FIFO queues group by group. */
  async moveAll(letters: readonly ReceivedLetter[], failure: string | undefined): Promise<Map<ReceivedLetter, Moved>> {
    const groups = Map.groupBy(letters, (letter) => (this.#options.from.fifo ? letter.groupId : letter));
    const moved = new Map<ReceivedLetter, Moved>();
    const moveGroup = async (group: readonly ReceivedLetter[]) => {
      for (const letter of group) {
        const wanted = failure === undefined || letter.failure === failure;
        const became = wanted ? await this.#move(letter) : 'left';
        moved.set(letter, became);
        if (became !== 'moved' && this.#options.from.fifo) this.#blocked.add(letter.groupId ?? '');
      }
    };
    await Promise.all([...groups.values()].map(moveGroup));
    return moved;
  }

  async #move(letter: ReceivedLetter): Promise<Moved> {
    if (this.#options.from.fifo && this.#blocked.has(letter.groupId ?? ''))
      return { stays: 'another of its group stays' };
    if (!isWhole(letter)) return { stays: "an attribute of it can't be read" };
    const url = this.#options.to ?? (await this.#ownQueue(letter));
    if (typeof url !== 'string') return url;
    if (!(await this.#sendingTo(url).add(toMessage(letter, url)))) return { stays: 'SQS did not take it' };
    if (await this.#options.from.delete(letter)) return 'moved';
    return { stays: 'it was sent, but SQS did not delete it: it is on both queues now' };
  }

  /**
   * A queue and its dead-letter queue are in the same account and region (SQS developer guide, "sqs-dead-letter-queues"). A
   * `Failure` that names one elsewhere, or the dead-letter queue, was not written by the function: it would carry messages
   * off, or have them circle.
   */
  async #ownQueue({ source }: ReceivedLetter): Promise<string | { stays: string }> {
    if (source === undefined) return { stays: 'it names no queue: say where to with --to' };
    if (source.saidBy !== 'SQS' && !areNeighbours(source.arn, this.#options.fromArn)) {
      return { stays: 'it names no other queue of this account and region: say where to with --to' };
    }
    try {
      return await this.#urls.of(source.arn);
    } catch (error) {
      return { stays: `its queue was not found (${error instanceof Error ? error.name : typeof error})` };
    }
  }

  #sendingTo(QueueUrl: string): Batcher<DeadLetter> {
    const known = this.#sendings.get(QueueUrl);
    if (known) return known;
    const sending = new Batcher<DeadLetter>({
      size: sizeOf,
      send: async (letters) => {
        try {
          const command = new SendMessageBatchCommand({ QueueUrl, Entries: numbered(letters) });
          return taken(letters, await this.#options.client.send(command));
        } catch {
          return []; // Not taken, as far as is known: it stays, and the operator is told.
        }
      },
    });
    this.#sendings.set(QueueUrl, sending);
    return sending;
  }
}
