import { describe, expect, it } from 'vitest';
import { Mover } from '../../lib/terminal/redrive/mover.ts';
import { bodiesOf, bury, buryAs, operator, startRedrive, visible } from './operator.ts';
import { startQueueStage } from './stage.ts';

describe('npm run redrive', () => {
  it('moves all dead letters back to the queue that each names, as they were before', async () => {
    const { queue, run } = await startRedrive();
    await bury(queue, { one: 'InvitationAccepted', two: 'InvalidRequest' });
    const { code, out } = await run();
    expect(code).toBe(0);
    expect(out).toContain('moved: ');
    expect(out).toContain('InvitationAccepted: 1 found, 1 moved\n');
    const moved = await visible(queue, queue.queue.url);
    expect(bodiesOf(moved)).toEqual(['one', 'two']);
    expect(moved[0]?.MessageAttributes).toEqual({ origin: { DataType: 'String', StringValue: 'people' } });
    expect(await visible(queue, queue.deadLetterQueue.url)).toEqual([]);
  });

  it('moves more than one request can hold', async () => {
    const { queue, run } = await startRedrive();
    await bury(queue, Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`letter ${index}`, 'NotFound'])));
    expect(await run()).toMatchObject({ code: 0, out: expect.stringContaining('NotFound: 25 found, 25 moved') });
  });

  it('moves those of one failure and leaves the others, to be received at once', async () => {
    const { queue, run } = await startRedrive();
    await bury(queue, { one: 'InvitationAccepted', two: 'InvalidRequest', three: 'InvitationAccepted' });
    const { code, out } = await run(['--failure', 'InvitationAccepted']);
    expect(code).toBe(0);
    expect(out).toContain('InvitationAccepted: 2 found, 2 moved\nInvalidRequest: 1 found, 0 moved\n');
    expect(bodiesOf(await visible(queue, queue.queue.url))).toEqual(['one', 'three']);
    expect(bodiesOf(await visible(queue, queue.deadLetterQueue.url))).toEqual(['two']);
  });

  it('only looks with --dry-run: says why each is there, and leaves it to be received at once', async () => {
    const { queue, run } = await startRedrive();
    await bury(queue, { one: 'InvitationAccepted', two: 'InvalidRequest' });
    const { code, out } = await run(['--dry-run']);
    expect(code).toBe(0);
    expect(out).toMatch(/^found: [\w-]{36} 2026-11-23T08:00:00.000Z InvitationAccepted: It is InvitationAccepted\.$/m);
    expect(out).toContain('InvalidRequest: 1 found, 0 moved\n');
    expect(await visible(queue, queue.queue.url)).toEqual([]);
    expect(bodiesOf(await visible(queue, queue.deadLetterQueue.url))).toEqual(['one', 'two']);
  });

  it('says that there is nothing where there is nothing', async () => {
    const { run } = await startRedrive();
    expect(await run()).toEqual({ code: 0, out: 'There are no dead letters.\n', err: '' });
  });

  it('shows a bar to whoever looks', async () => {
    const { queue, run } = await startRedrive();
    await bury(queue, { one: 'NotFound', two: 'NotFound' });
    const { out, err } = await run([], { interactive: true });
    expect(err).toContain('2/2 dead letters, 0 stay');
    expect(out).toBe('NotFound: 2 found, 2 moved\n');
  });

  it('loses nothing when it is stopped halfway', async () => {
    const { queue, run, interrupt } = await startRedrive();
    await bury(queue, Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`letter ${index}`, 'NotFound'])));
    const { code } = await run([], { onWrite: interrupt });
    expect(code).toBe(130);
    const [moved, left] = [await visible(queue, queue.queue.url), await visible(queue, queue.deadLetterQueue.url)];
    expect(moved).toHaveLength(10);
    expect(left).toHaveLength(5);
  });

  it('moves what SQS dead-lettered by itself where it is told where to', async () => {
    const { queue, run } = await startRedrive({ maxReceiveCount: 1 });
    await queue.send('used up');
    await visible(queue, queue.queue.url);
    await visible(queue, queue.queue.url);
    expect(await run()).toMatchObject({
      code: 1,
      out: expect.stringContaining('it names no queue: say where to with --to'),
    });
    const told = await run(['--failure', 'none', '--to', queue.queue.url]);
    expect(told).toMatchObject({ code: 0, out: expect.stringContaining('none: 1 found, 1 moved') });
  });

  it('keeps what the queue does not take, and says so', async () => {
    const { queue, run } = await startRedrive();
    const { queueUrl } = queue.server.createQueue('narrow', {
      region: 'eu-west-1',
      attributes: { MaximumMessageSize: '1024' },
    });
    await bury(queue, { one: 'NotFound', [`two${'x'.repeat(2_000)}`]: 'NotFound' });
    const { code, out } = await run(['--to', queueUrl]);
    expect(code).toBe(1);
    expect(out).toContain('stays, SQS did not take it: ');
    expect(out).toContain('NotFound: 2 found, 1 moved\n');
    expect(await visible(queue, queue.deadLetterQueue.url)).toHaveLength(1);
  });

  it('says so where one was sent, but could not be deleted', async () => {
    const { queue } = await startRedrive();
    const mover = new Mover({
      client: queue.client,
      from: { fifo: false, delete: async () => false },
      fromArn: queue.deadLetterQueue.arn,
      to: queue.queue.url,
    });
    const letter = { id: 'm1', receiptHandle: 'r1', failure: 'NotFound', message: { Body: '{}' } } as const;
    const whole = {
      ...letter,
      detail: undefined,
      failedAt: undefined,
      source: undefined,
      groupId: undefined,
      sentAt: 0,
    };
    const moved = await mover.moveAll([whole], undefined);
    expect(moved.get(whole)).toEqual({ stays: expect.stringContaining('on both queues') });
  });

  it('can not be made to move a cursor by whoever wrote the reason', async () => {
    const { queue, run } = await startRedrive();
    const Failure = { name: 'NotFound', detail: 'It is\u001b[2J\u009b2J\u2028\u202e.', failedAt: '\u001b[2J' };
    await buryAs(queue, JSON.stringify(Failure));
    await buryAs(queue, JSON.stringify({ ...Failure, name: 'NotFound\u001b[2J' }));
    const { out } = await run(['--dry-run']);
    expect(out).toContain('NotFound: It is?[2J?2J??.\n');
    expect(out).toContain('none: 1 found');
    expect(out).not.toMatch(/(?!\n)[\p{Cc}\p{Zl}\p{Bidi_Control}]/u);
  });
});

describe('a FIFO queue', () => {
  it('gets its dead letters back in their groups and in order, however often they were sent there before', async () => {
    const { queue, run } = await startRedrive({ fifo: true });
    await bury(queue, { 'one 1': 'NotFound', 'one 2': 'NotFound' }, 'one');
    await bury(queue, { 'two 1': 'NotFound' }, 'two');
    expect(await run()).toMatchObject({ code: 0, out: expect.stringContaining('NotFound: 3 found, 3 moved') });
    const { ready = [] } = queue.server.inspectQueue('atlas-uninvite.fifo')?.messages ?? {};
    expect(ready.filter(({ messageGroupId }) => messageGroupId === 'one').map(({ body }) => body)).toEqual([
      'one 1',
      'one 2',
    ]);
  });

  it('keeps what comes after a dead letter of its group that stays', async () => {
    const { queue } = await startRedrive({ fifo: true });
    const mover = new Mover({
      client: queue.client,
      from: { fifo: true, delete: async () => true },
      fromArn: queue.deadLetterQueue.arn,
      to: queue.queue.url,
    });
    const letter = (id: string, groupId: string, failure: string) => ({
      ...{ id, groupId, failure, receiptHandle: id, message: { Body: id } },
      ...{ detail: undefined, failedAt: undefined, source: undefined, sentAt: 0 },
    });
    const letters = [
      letter('a', 'one', 'NotFound'),
      letter('b', 'one', 'Forbidden'),
      letter('c', 'one', 'NotFound'),
      letter('d', 'two', 'NotFound'),
    ];
    const moved = await mover.moveAll(letters, 'NotFound');
    expect(letters.map((each) => moved.get(each))).toEqual([
      'moved',
      'left',
      { stays: 'another of its group stays' },
      'moved',
    ]);
  });
});

describe('the way of a dead letter', () => {
  it('leads back: it fails, an operator mends the cause and moves it, and it succeeds', async () => {
    const { organization, queue, deliver, left } = await startQueueStage();
    organization.addMember('eve@example.com');
    await queue.send({ orgId: organization.id, username: 'eve@example.com' });
    await deliver();
    expect(await queue.deadLetters()).toHaveLength(1);
    const eve = organization.person('eve@example.com');
    if (eve) organization.remove(eve);
    const { code } = await operator(queue).run();
    expect(code).toBe(0);
    expect(await deliver()).toEqual({ batchItemFailures: [] });
    expect(left()).toBe(0);
    expect(await queue.deadLetters()).toEqual([]);
  });
});

const NAMES = 'InvalidRequest, InvitationNotFound, InvitationAccepted, NotFound, Forbidden, InvitationApiSunset, none';

describe('what is not understood', () => {
  it.each<[string[], string]>([
    [['--form', 'x'], "'--form'"],
    [['--from', 'dead-letters'], '--from must be the URL of a queue.'],
    [['--to', 'queue'], '--to must be the URL of a queue.'],
    [['--failure', 'Accepted'], `--failure must be one of ${NAMES}.`],
    [['--failure', 'AtlasUnauthorized'], `--failure must be one of ${NAMES}.`],
    [['--from', 'https://example.com/q', '--to', 'https://example.com/q'], '--to must be another queue than --from.'],
  ])('%j is refused before anything is received', async (args, message) => {
    const { run } = await startRedrive();
    const { code, err } = await run(args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it('a queue that does not exist is named as SQS names it', async () => {
    const { run } = await startRedrive();
    const { code, err } = await run(['--from', 'http://sqs.eu-west-1.localhost/000000000000/none']);
    expect(code).toBe(1);
    expect(err).toContain('QueueDoesNotExist');
  });

  it('--help says what there is', async () => {
    const { run } = await startRedrive();
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('npm run redrive -- --dry-run');
    // A queue under a key of one's own can be read by those who may use the key.
    for (const action of ['kms:Decrypt', 'kms:GenerateDataKey']) expect(out).toContain(action);
    // What the help gives as an example is understood.
    const [, example = ''] = /npm run redrive -- --failure (\w+)/.exec(out) ?? [];
    expect(await run(['--failure', example])).toMatchObject({ code: 0 });
  });
});
