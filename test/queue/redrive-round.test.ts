import { ChangeMessageVisibilityCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import type { LocalQueue } from '../../infra/local/queue.ts';
import { DeadLetterQueue } from '../../lib/terminal/redrive/queue.ts';
import { Round } from '../../lib/terminal/redrive/round.ts';
import { bodiesOf, bury, startRedrive, visible } from './operator.ts';

const named = (count: number, name = 'letter') =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name} ${index}`, 'NotFound']));

/** A round through so many dead letters. */
async function startRound(count: number) {
  const { queue } = await startRedrive();
  await bury(queue, named(count));
  const letters = new DeadLetterQueue({
    client: queue.client,
    receiver: queue.client,
    url: queue.deadLetterQueue.url,
    waitSeconds: 0,
  });
  return { queue, letters, round: new Round(letters, Date.now()) };
}

/** A moment that is over: whatever is sent now is sent later. */
function momentAgo(): number {
  const at = Date.now();
  while (Date.now() === at);
  return at;
}

/** What there is of the dead-letter queue at this moment, in the order in which it is received. */
function inspect({ server, deadLetterQueue }: LocalQueue) {
  const { ready = [], inflight = [] } = server.inspectQueue(deadLetterQueue.arn.split(':')[5] ?? '')?.messages ?? {};
  return { ready: ready.map(({ body }) => body), hidden: inflight.map(({ receiptHandle }) => receiptHandle) };
}

async function reveal({ client, deadLetterQueue: { url } }: LocalQueue, handles: readonly (string | undefined)[]) {
  for (const ReceiptHandle of handles) {
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 }));
  }
}

/** All bodies of a round, one list for each receive. */
async function through(round: Round): Promise<string[][]> {
  const bodies: string[][] = [];
  for (let letters = await round.next(); letters !== undefined; letters = await round.next()) {
    bodies.push(letters.map(({ message }) => message.Body ?? ''));
  }
  return bodies;
}

describe('a round through the dead letters', () => {
  it.each([10, 70])(
    'goes on behind %i that are seen again, and lets all be received at once when it is over',
    async (count) => {
      const { queue, round } = await startRound(count + 2);
      const command = new ReceiveMessageCommand({ QueueUrl: queue.deadLetterQueue.url, MaxNumberOfMessages: 2 });
      const { Messages: held = [] } = await queue.client.send(command);
      for (let received = 0; received < count; received += 10) expect(await round.next()).toHaveLength(10);
      // The time is over for which those were hidden, and they stand before what was not seen yet.
      const others = held.map(({ ReceiptHandle }) => ReceiptHandle);
      const { hidden } = inspect(queue);
      await reveal(queue, [...hidden.filter((handle) => !others.includes(handle)), ...others]);
      expect(inspect(queue).ready.slice(count)).toEqual(held.map(({ Body }) => Body));
      expect((await through(round)).flat()).toEqual(held.map(({ Body }) => Body));
      expect(inspect(queue).ready).toEqual([]);
      await round.release();
      expect(inspect(queue).ready).toHaveLength(count + 2);
    },
  );

  it('ends though they come again and again', async () => {
    const { queue, round } = await startRound(25);
    // As if the receives took longer than the time for which what was received is hidden.
    queue.client.middlewareStack.add(
      (next) => (args) => next({ ...args, input: { ...args.input, VisibilityTimeout: 0 } }),
      { step: 'initialize' },
    );
    expect((await through(round)).flat().sort()).toEqual(Object.keys(named(25)).sort());
  });

  it('ends though somebody keeps sending more, which it leaves', async () => {
    const { queue, letters } = await startRound(12);
    let sent = 0;
    const receive = async () => {
      sent += 1;
      await bury(queue, named(3, `newcomer ${sent}`));
      return letters.receive();
    };
    const round = new Round({ receive, release: (letter) => letters.release(letter) }, momentAgo());
    expect((await through(round)).flat().sort()).toEqual(Object.keys(named(12)).sort());
    expect(round.newcomers).toBeGreaterThan(0);
    await round.release();
    expect(inspect(queue)).toMatchObject({ ready: { length: 12 + 3 * sent }, hidden: [] });
  });

  it('does not release what was deleted', async () => {
    const { queue, letters, round } = await startRound(2);
    const [one, two] = (await round.next()) ?? [];
    if (!one || !two) throw new Error('two were there');
    const released: string[] = [];
    await letters.delete(one);
    round.deleted(one);
    queue.client.middlewareStack.add(
      (next) => (args) => {
        released.push(JSON.stringify(args.input));
        return next(args);
      },
      { step: 'initialize' },
    );
    await round.release();
    expect(released.join()).toContain(two.receiptHandle);
    expect(released.join()).not.toContain(one.receiptHandle);
  });
});

describe('the dead-letter queue', () => {
  it('has deleted and released nothing, as far as is known, where SQS does not answer', async () => {
    const { queue, letters } = await startRound(1);
    const [letter] = await letters.receive();
    if (!letter) throw new Error('one was there');
    await queue.close();
    expect(await letters.delete(letter)).toBe(false);
    await expect(letters.release(letter)).resolves.toBeUndefined();
  });
});

describe('npm run redrive', () => {
  it('ends while the queue is served and all that it moves fails again', async () => {
    const { queue, run } = await startRedrive();
    await bury(queue, named(12));
    const name = queue.deadLetterQueue.arn.split(':')[5] ?? '';
    let failed = 0;
    const onWrite = () => {
      failed += 1;
      // Fifty are as good as no end, for those who would go on.
      if (failed <= 50) queue.server.sendMessage(name, `failed again ${failed}`, { region: 'eu-west-1' });
    };
    const { code, out } = await run([], { onWrite });
    expect(code).toBe(0);
    expect(out).toContain('NotFound: 12 found, 12 moved\n');
    expect(out).toMatch(/^\d+ sent there meanwhile, left$/m);
    expect(bodiesOf(await visible(queue, queue.deadLetterQueue.url))).toContain('failed again 1');
  });

  it('says what it has moved when SQS fails it halfway', async () => {
    const { queue, run } = await startRedrive();
    await bury(queue, named(15));
    const name = queue.deadLetterQueue.arn.split(':')[5] ?? '';
    const { code, out, err } = await run([], {
      onWrite: () => queue.server.deleteQueue(name, { region: 'eu-west-1' }),
    });
    expect(code).toBe(1);
    expect(err).toContain('QueueDoesNotExist');
    expect(out).toContain('NotFound: 10 found, 10 moved\n');
  });

  it('does not say that there is nothing where it could not look', async () => {
    const { queue, run } = await startRedrive();
    const { code, out } = await run(['--from', `${queue.deadLetterQueue.url}-of-old`]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
  });
});
