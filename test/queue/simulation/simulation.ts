import { createQueueDoor } from '../../../lib/queue/door.ts';
import { seeded } from './seeded.ts';
import { type Step, VirtualAtlas } from './virtual-atlas.ts';
import { VirtualQueue } from './virtual-queue.ts';
import { VirtualTime } from './virtual-time.ts';

/** Milliseconds that Lambda's poller takes between two batches. */
const POLLING = 20;
const ORG_ID = 'a';

export interface Scenario {
  readonly name: string;
  /** Messages for each organization. */
  readonly messages: readonly number[];
  /** Functions at work at once, none of which knows of another. */
  readonly containers: number;
  /** Requests that a message needs, one after the other. @default one to the invites endpoint */
  readonly plan?: readonly Step[];
  /** Tokens that somebody else takes from the first organization's bucket every minute. @default 0 */
  readonly others?: number;
  /** Tokens that are gone from the first organization's bucket when it begins. @default 0 */
  readonly gone?: number;
  /** How tokens come back. @default steps, as recorded of Atlas */
  readonly refills?: 'steps' | 'steadily';
  readonly seed?: number;
}

export interface Outcome {
  readonly scenario: Scenario;
  readonly requests: number;
  readonly answered429: number;
  /** Seconds until the last message of each organization was done. */
  readonly seconds: readonly number[];
  /** Seconds that the largest organization's bucket alone would take, until it has held the tokens that all took from it. */
  readonly minimum: number;
  readonly highestReceiveCount: number;
  readonly deadLetters: number;
  readonly invocations: number;
}

/** Sends all messages at once and lets the real door work on them until the queue is empty. */
export async function simulate(scenario: Scenario): Promise<Outcome> {
  const { messages, containers, plan = ['invites'], others = 0, gone = 0, refills = 'steps', seed = 1 } = scenario;
  const random = seeded(seed);
  const time = new VirtualTime(Date.parse('2026-11-23T08:00:00Z'));
  const atlas = new VirtualAtlas(time, random, refills);
  const queue = new VirtualQueue(time, random, { visibilityTimeout: 360, maxReceiveCount: 750 });
  const orgIds = messages.map((_, index) => ORG_ID.repeat(22) + String(index).padStart(2, '0'));
  const [first = ''] = orgIds;
  const buckets = plan.map((step) => (step === 'list' ? 'invites' : step));
  const resource = buckets[0] ?? 'invites';

  // The bucket's minute began some time before the first message comes.
  for (const orgId of orgIds) for (const each of buckets) atlas.begin(orgId, each);
  for (let token = 0; token < gone; token += 1) atlas.take(first, resource);
  const bucketBeganAt = time.now();
  await time.run(time.wait(random() * 60_000));
  const startedAt = time.now();

  orgIds.forEach((orgId, index) => {
    for (let number = 0; number < (messages[index] ?? 0); number += 1) {
      queue.send(`${orgId}-${number}`, JSON.stringify({ orgId, invitationId: 'b'.repeat(24) }));
    }
  });

  const doneAt = new Map<string, number>();
  let invocations = 0;
  const idle = Array.from({ length: containers }, () =>
    createQueueDoor(atlas.serviceFor(plan), { sqs: queue, random }),
  );

  /** One of Lambda's pollers: invokes any container that is idle, and deletes what the answer does not report. */
  const poll = async () => {
    while (queue.size > 0) {
      const Records = await queue.receive();
      if (Records.length === 0) continue;
      const [door] = idle.splice(Math.floor(random() * idle.length), 1);
      if (!door) throw new Error('No container is idle.');
      invocations += 1;
      const { batchItemFailures } = await door({ Records }, { getRemainingTimeInMillis: () => 60_000 });
      idle.push(door);
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      for (const { messageId } of Records) {
        if (failed.has(messageId)) continue;
        queue.delete(messageId);
        doneAt.set(messageId.split('-')[0] ?? '', time.now());
      }
      await time.wait(POLLING);
    }
  };
  /** Somebody else, evenly. */
  let taken = 0;
  const interfere = async () => {
    while (others > 0 && queue.size > 0) {
      if (atlas.take(first, resource).status !== 429) taken += 1;
      await time.wait(60_000 / others);
    }
  };
  await time.run(Promise.all([...Array.from({ length: containers }, poll), interfere()]));

  return {
    scenario,
    requests: atlas.requests,
    answered429: atlas.answered429,
    seconds: orgIds.map((orgId) => ((doneAt.get(orgId) ?? startedAt) - startedAt) / 1_000),
    minimum: minimumSeconds(),
    highestReceiveCount: queue.highestReceiveCount,
    deadLetters: queue.deadLetters,
    invocations,
  };

  /** Every step of the bucket until it has given all the tokens that were taken from it. */
  function minimumSeconds(): number {
    const { capacity, refill, seconds } = atlas.settings.bucket;
    const perMessage = Math.max(...buckets.map((each) => buckets.filter((other) => other === each).length));
    const missing = Math.max(...messages) * perMessage + taken - (capacity - gone);
    if (missing <= 0) return 0;
    if (refills === 'steadily') return (missing / refill) * seconds;
    return (bucketBeganAt + Math.ceil(missing / refill) * seconds * 1_000 - startedAt) / 1_000;
  }
}
