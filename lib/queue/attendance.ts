import type { RetryPolicy } from '../atlas/retry.ts';
import { SharedLists } from '../cancellation/shared-lists.ts';
import type { Configuration } from '../configuration.ts';
import type { Deadline } from '../deadline.ts';
import { type Failure, toFailure } from '../failures.ts';
import type { Journal } from '../observability/journal.ts';
import type { Asked } from '../served.ts';
import type { Service } from '../service.ts';
import { backoffSeconds } from './backoff.ts';
import type { Batch } from './batch.ts';
import { readInput } from './body.ts';
import type { QueueMessage } from './event.ts';
import type { Pacing } from './pacing/pacing.ts';

/** Patience within one receipt, for a blip: the queue has all the patience beyond it. A 429 asks for more than this. */
const RETRY: RetryPolicy = { tries: 2, longestWait: 500 };
/** Milliseconds without which a request to Atlas is not begun. */
const SHORTEST = 1_000;

/** How a message ended: it may be deleted, or it goes back to the queue and is hidden for so long. */
export type Ending = 'done' | { readonly seconds: number };

interface AttendanceOptions {
  readonly service: Pick<Service, 'clock' | 'serve'> & { readonly journal: Pick<Journal, 'note'> };
  readonly pacing: Pacing;
  readonly batch: Batch;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly requestId: string | undefined;
  readonly unverifiedGone: Configuration['unverifiedGone'] | undefined;
  /** When requests to Atlas must have ended. */
  readonly deadline: Deadline;
}

/** Attends to the messages of one invocation. */
export class Attendance {
  readonly #options: AttendanceOptions;
  readonly #lists: SharedLists;
  #parked = 0;

  constructor(options: AttendanceOptions) {
    this.#options = options;
    this.#lists = new SharedLists(options.service.clock);
  }

  /** Serves a message, or parks it where Atlas has no room for it yet. Never rejects. */
  async attend(message: QueueMessage): Promise<Ending> {
    const { service, pacing, deadline, requestId } = this.#options;
    if (deadline.remaining() < SHORTEST) return this.#back(message);
    const input = read(message.body);
    const turn = await pacing.ask('value' in input ? input.value : undefined);
    if ('seconds' in turn) {
      this.#parked += 1;
      return turn;
    }
    const served = await service.serve(
      asked(message, requestId),
      { deadline, retry: RETRY, lists: this.#lists },
      () => {
        if ('refused' in input) throw input.refused;
        return input.value;
      },
    );
    const limited = turn.settle(served);
    if (served.failure === undefined) return 'done';
    if (limited !== undefined) return limited;
    return served.failure.retry ? this.#back(message, served.failure) : this.#bury(message, served.failure);
  }

  /** One line for all that Atlas had no room for: they have asked Atlas nothing, and did not fail. */
  noteParked(): void {
    const { service, requestId } = this.#options;
    if (this.#parked > 0)
      service.journal.note('INFO', { message: 'parked', door: 'queue', requestId, messages: this.#parked });
  }

  /** No later try can help this message. */
  async #bury(message: QueueMessage, failure: Failure): Promise<Ending> {
    const { batch, unverifiedGone } = this.#options;
    if (failure.name === 'InvitationNotFound' && unverifiedGone === 'acknowledge') return 'done';
    return (await batch.deadLetter(message, failure)) ? 'done' : this.#back(message);
  }

  #back({ receiveCount }: QueueMessage, failure?: Failure): Ending {
    return { seconds: backoffSeconds(receiveCount, this.#options.random, failure?.retryAfter) };
  }
}

function read(body: string): { readonly value: unknown } | { readonly refused: Failure } {
  try {
    return { value: readInput(body) };
  } catch (error) {
    return { refused: toFailure(error) };
  }
}

function asked(message: QueueMessage, requestId: string | undefined): Asked {
  const { id, queueArn, senderId, receiveCount, groupId, traceHeader } = message;
  return { door: 'queue', requestId, queue: queueArn, messageId: id, senderId, receiveCount, groupId, traceHeader };
}
