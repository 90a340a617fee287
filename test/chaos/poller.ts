import { acknowledged } from '../../infra/local/event-source-mapping.ts';
import { FAILURE_ATTRIBUTE } from '../../lib/queue/dead-letter.ts';
import type { VirtualTime } from '../queue/simulation/virtual-time.ts';
import type { Ask } from './asks.ts';
import type { ChaosQueue } from './chaos-queue.ts';
import { Killed } from './function.ts';
import type { Functions } from './functions.ts';
import type { Ending } from './invariants.ts';
import type { Outputs } from './outputs.ts';
import type { Tampering } from './tampering.ts';

/** Milliseconds that Lambda's poller takes between two batches, and between two looks at an empty queue. */
const POLLING = 20;
const LOOKING = 1_000;

export interface QueueWork {
  readonly time: VirtualTime;
  readonly queue: ChaosQueue;
  readonly functions: Functions;
  readonly random: () => number;
  readonly messages: readonly Ask[];
  readonly end: (id: string, ending: Ending) => void;
  readonly outputs: Outputs;
  readonly tampering: Tampering;
}

/** Sends the messages, and delivers them as Lambda's event source mapping does, until the queue is empty. */
export async function workQueue(work: QueueWork): Promise<void> {
  const { time, queue, functions, messages } = work;
  const bodies = new Map(messages.map((ask) => [ask.id, bodyOf(ask)]));
  let unsent = messages.length;
  for (const { id, at } of messages) {
    time.schedule(at - time.now(), () => {
      unsent -= 1;
      queue.queue.send(id, bodies.get(id) ?? '');
    });
  }
  const acknowledgedAt = new Map<string, number>();
  const poll = async () => {
    while (unsent > 0 || queue.queue.size > 0) {
      const batch = await deliver(work);
      for (const id of batch ?? []) acknowledgedAt.set(id, time.now());
      await time.wait(batch ? POLLING : LOOKING);
    }
  };
  await Promise.all(Array.from({ length: functions.size('queue') }, poll));
  settle(work, bodies, acknowledgedAt);
}

/** One batch: the ids of the messages that were deleted, undefined where there was none. */
async function deliver({ queue: { queue }, functions, random, tampering }: QueueWork): Promise<string[] | undefined> {
  const records = await queue.receive();
  if (records.length === 0) return undefined;
  try {
    const answer = await functions.idle('queue', random()).queue(records);
    const payload = tampering.answer?.(answer) ?? answer;
    const messages = records.map(({ messageId }) => ({ MessageId: messageId }));
    const deleted = acknowledged(messages, { payload }).map(({ MessageId }) => MessageId);
    for (const id of deleted) queue.delete(id);
    return deleted;
  } catch (error) {
    // The answer never came: SQS shows the messages again when their time is over.
    if (error instanceof Killed) return [];
    throw error;
  }
}

/** A message ended by what was buried for it; without a dead letter, by its being acknowledged. */
function settle(work: QueueWork, bodies: ReadonlyMap<string, string>, acknowledgedAt: ReadonlyMap<string, number>) {
  const { queue, end, outputs } = work;
  const buried = new Set<string>();
  for (const { letter, at } of queue.letters) {
    const failure = letter.MessageAttributes?.[FAILURE_ATTRIBUTE]?.StringValue ?? '{}';
    const { name, messageId } = JSON.parse(failure) as { name: string; messageId: string };
    outputs.inspect(failure);
    buried.add(messageId);
    end(messageId, { kind: 'refused', name: letter.MessageBody === bodies.get(messageId) ? name : 'another body', at });
  }
  for (const [id, at] of acknowledgedAt) if (!buried.has(id)) end(id, { kind: 'done', at });
}

/** As it is, or as SNS or EventBridge wrap it. */
function bodyOf({ id, request }: Ask): string {
  const text = JSON.stringify(request);
  if (id.endsWith('3')) return JSON.stringify({ Type: 'Notification', TopicArn: 'arn:aws:sns:x:1:t', Message: text });
  if (id.endsWith('7')) return JSON.stringify({ 'detail-type': 'Offboarding', source: 'hr', detail: request });
  return text;
}
