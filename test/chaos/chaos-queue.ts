import type { DeadLetter } from '../../lib/queue/dead-letter.ts';
import type { Sqs } from '../../lib/queue/sqs.ts';
import { VirtualQueue } from '../queue/simulation/virtual-queue.ts';
import type { VirtualTime } from '../queue/simulation/virtual-time.ts';
import { pick } from './chance.ts';
import { LONGEST_WAY } from './wire.ts';

/** One request of four is broken, as everywhere. */
const RATE = 1 / 4;
/** Milliseconds after which the SDK gives up. */
const PATIENCE = 15_000;

const BROKEN = [
  'refused as a whole',
  'refused in part',
  'lost before acting',
  'lost after acting',
  'no answer',
] as const;

class ServiceUnavailable extends Error {
  override readonly name = 'ServiceUnavailable';
}

/** A dead letter, and when SQS took it. */
export interface BuriedLetter {
  readonly letter: DeadLetter;
  readonly at: number;
}

/** A queue in virtual time with a dead-letter queue beside it, which refuse or lose what they are sent in every way. */
export class ChaosQueue implements Sqs {
  readonly queue: VirtualQueue;
  readonly letters: BuriedLetter[] = [];
  readonly #time: VirtualTime;
  readonly #random: () => number;
  requests = 0;
  readonly broken = new Map<string, number>();

  constructor(time: VirtualTime, random: () => number) {
    this.#time = time;
    this.#random = random;
    this.queue = new VirtualQueue(time, random, { visibilityTimeout: 360, maxReceiveCount: 750 });
  }

  sendDeadLetters: Sqs['sendDeadLetters'] = (_, letters) =>
    this.#request('SendMessageBatch', letters, (taken) => {
      for (const letter of taken) this.letters.push({ letter, at: this.#time.now() });
    });

  hide: Sqs['hide'] = (arn, messages, signal) =>
    this.#request('ChangeMessageVisibilityBatch', messages, (taken) => void this.queue.hide(arn, taken, signal));

  async #request<T>(
    action: string,
    entries: readonly T[],
    act: (taken: readonly T[]) => void,
  ): Promise<readonly boolean[]> {
    this.requests += 1;
    const broken = this.#random() < RATE ? pick(BROKEN, this.#random()) : undefined;
    if (broken) this.broken.set(`SQS: ${broken}`, (this.broken.get(`SQS: ${broken}`) ?? 0) + 1);
    const takes = entries.map(() => broken !== 'refused in part' || this.#random() < 0.5);
    await this.#time.wait(this.#random() * LONGEST_WAY);
    const isRefused = broken === 'refused as a whole' || broken === 'lost before acting';
    if (!isRefused) act(entries.filter((_, index) => takes[index]));
    await this.#time.wait(broken === 'no answer' ? PATIENCE : this.#random() * LONGEST_WAY);
    if (broken !== undefined && broken !== 'refused in part') throw new ServiceUnavailable(`${action} failed.`);
    return takes;
  }
}
