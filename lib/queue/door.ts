import type { Context, SQSBatchResponse } from 'aws-lambda';
import type { Configuration } from '../configuration.ts';
import { before, type Deadline, deadlineIn } from '../deadline.ts';
import type { Journal } from '../observability/journal.ts';
import type { Service } from '../service.ts';
import { Attendance } from './attendance.ts';
import { Batch } from './batch.ts';
import { readMessages } from './event.ts';
import { lanesOf, runLanes } from './lanes.ts';
import { Pacing } from './pacing/pacing.ts';
import { type Sqs, sqsThrough } from './sqs.ts';
import { sqsClient } from './sqs-client.ts';

/** Lanes handled side by side, over the connections that they share. */
const AT_ONCE = 20;
const LAMBDA_MILLISECONDS = 30_000;
/** Milliseconds kept for dead letters and visibility timeouts, once no more requests go to Atlas. */
const SETTLING_MILLISECONDS = 3_000;
/** Milliseconds kept for carrying the answer back. */
const ANSWERING_MILLISECONDS = 500;

type LambdaContext = Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>;

/** What the door needs of the service behind it. */
export type QueueService = Pick<Service, 'clock' | 'deployment' | 'serve'> & {
  readonly journal: Pick<Journal, 'note' | 'count'>;
};

/** The edges of the door, each with its default for production. */
export interface QueueEdges {
  readonly sqs?: Sqs;
  /** From 0 to 1. */
  readonly random?: () => number;
}

/**
 * The handler of the queue door, for a mapping with `ReportBatchItemFailures`. A message leaves the queue only if its
 * request succeeded or SQS accepted its dead letter; whatever is not proven when time runs out is reported as failed.
 * @throws {Error} for an event that is none of SQS's: the batch as a whole has failed then, and stays
 */
export function createQueueDoor(
  service: QueueService,
  { sqs = sqsThrough(sqsClient), random = Math.random }: QueueEdges = {},
) {
  const { clock, journal } = service;
  const pacing = new Pacing(clock, random);
  const configuration = configurationOf(service);

  return async (event: unknown, context?: Partial<LambdaContext>): Promise<SQSBatchResponse> => {
    const messages = readMessages(event);
    const remaining = context?.getRemainingTimeInMillis?.() ?? LAMBDA_MILLISECONDS;
    const end = deadlineIn(Math.max(0, remaining - ANSWERING_MILLISECONDS), clock);
    const batch = new Batch({
      clock,
      journal,
      sqs,
      deadLetterQueueUrl: configuration?.deadLetterQueueUrl,
      queueArn: messages[0]?.queueArn ?? '',
      end,
    });
    const attendance = new Attendance({
      service,
      pacing,
      batch,
      random,
      requestId: context?.awsRequestId,
      unverifiedGone: configuration?.unverifiedGone,
      deadline: deadlineIn(Math.max(0, remaining - SETTLING_MILLISECONDS), clock),
    });

    const unproven = new Set(messages);
    const hidden: Promise<void>[] = [];
    const work = runLanes(lanesOf(messages), AT_ONCE, async (lane) => {
      for (const [index, message] of lane.entries()) {
        const ending = await attendance.attend(message);
        if (ending === 'done') {
          unproven.delete(message);
          continue;
        }
        // What comes after it in its group has to wait as long: its order is what the queue is for.
        hidden.push(...lane.slice(index).map((waiting) => batch.hide(waiting, ending.seconds)));
        return;
      }
    });
    await atMost(
      end,
      work.then(() => Promise.all(hidden)),
    );
    attendance.noteParked();
    return {
      batchItemFailures: [...new Set([...unproven].map(({ id }) => id))].map((itemIdentifier) => ({ itemIdentifier })),
    };
  };
}

class AtTheEnd extends Error {
  override readonly name = 'AtTheEnd';
}

/** Waits for the work, or for the end: Lambda would take the whole batch back from a function that it has to stop. */
async function atMost(end: Deadline, work: Promise<unknown>): Promise<void> {
  try {
    await before(end, work, () => new AtTheEnd());
  } catch (error) {
    if (!(error instanceof AtTheEnd)) throw error;
  }
}

/** None where it is malformed: no dead letter is sent then, and every message stays. */
function configurationOf(service: QueueService): Configuration | undefined {
  try {
    return service.deployment.configuration;
  } catch {
    return undefined; // Each request's own log line names the variable.
  }
}
