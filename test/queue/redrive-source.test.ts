import { expect, it } from 'vitest';
import { readLetter } from '../../lib/terminal/redrive/dead-letter.ts';
import { Mover } from '../../lib/terminal/redrive/mover.ts';
import { bodiesOf, bury, buryAs, startRedrive, visible } from './operator.ts';

const ELSEWHERE = 'it names no other queue of this account and region';

it.each<[string, (ownArn: string) => unknown]>([
  ['in another account', (arn) => arn.replace('000000000000', '123456789012')],
  ['in another region', (arn) => arn.replace('eu-west-1', 'eu-west-2')],
  ['in another partition', (arn) => arn.replace('arn:aws:', 'arn:aws-cn:')],
  ['of another service', (arn) => arn.replace(':sqs:', ':sns:')],
  ['that is the dead-letter queue itself', (arn) => `${arn}-dead-letters`],
  ['without a name', (arn) => arn.replace('atlas-uninvite', '')],
  ['with more than a name', (arn) => `${arn}:more`],
  ['that is no ARN', () => 'atlas-uninvite'],
])('a dead letter whose Failure names a queue %s stays, and is named', async (_, forge) => {
  const { queue, run } = await startRedrive();
  await bury(queue, { honest: 'NotFound' });
  const { MessageId } = await buryAs(
    queue,
    JSON.stringify({ name: 'NotFound', sourceQueueArn: forge(queue.queue.arn) }),
  );
  const { code, out } = await run();
  expect(code).toBe(1);
  expect(out).toContain(`stays, ${ELSEWHERE}: say where to with --to: ${MessageId} NotFound\n`);
  expect(out).toContain('NotFound: 2 found, 1 moved\n');
  expect(bodiesOf(await visible(queue, queue.queue.url))).toEqual(['honest']);
  expect(await visible(queue, queue.deadLetterQueue.url)).toMatchObject([{ MessageId }]);
});

it('such a dead letter goes where the operator says', async () => {
  const { queue, run } = await startRedrive();
  await buryAs(queue, JSON.stringify({ name: 'NotFound', sourceQueueArn: queue.deadLetterQueue.arn }));
  expect(await run(['--to', queue.queue.url])).toMatchObject({ code: 0, out: expect.stringContaining('1 moved') });
});

it('what SQS says of a dead letter counts, whatever its Failure says', async () => {
  const { queue } = await startRedrive();
  const { queueUrl, queueArn } = queue.server.createQueue('trap', { region: 'eu-west-1' });
  const deleted: string[] = [];
  const from = { fifo: false, delete: async ({ id }: { id: string }) => deleted.push(id) > 0 };
  const mover = new Mover({ client: queue.client, from, fromArn: queue.deadLetterQueue.arn, to: undefined });
  const Failure = { DataType: 'String', StringValue: JSON.stringify({ name: 'NotFound', sourceQueueArn: queueArn }) };
  const letter = readLetter({
    MessageId: 'm1',
    Body: 'used up',
    MessageAttributes: { Failure },
    Attributes: { DeadLetterQueueSourceArn: queue.queue.arn },
  });
  expect((await mover.moveAll([letter], undefined)).get(letter)).toBe('moved');
  expect(deleted).toEqual(['m1']);
  expect(bodiesOf(await visible(queue, queue.queue.url))).toEqual(['used up']);
  expect(await visible(queue, queueUrl)).toEqual([]);
});
