import { expect, it } from 'vitest';
import { bodiesOf, bury, buryAs, startRedrive, visible } from './operator.ts';

/** A name that SQS takes, and under which the AWS SDK hands out nothing. */
const LOST = Object.fromEntries([['__proto__', { DataType: 'String', StringValue: 'x' }]]);

it('a dead letter of which an attribute can not be read stays, and the others are moved', async () => {
  const { queue, run } = await startRedrive();
  await bury(queue, { one: 'NotFound', two: 'NotFound' });
  const Failure = JSON.stringify({ name: 'NotFound', sourceQueueArn: queue.queue.arn });
  const { MessageId } = await buryAs(queue, Failure, LOST);
  await bury(queue, { four: 'NotFound' });
  const { code, out, err } = await run();
  expect({ code, err }).toEqual({ code: 1, err: '' });
  expect(out).toContain(`stays, an attribute of it can't be read: ${MessageId} NotFound\n`);
  expect(out).toContain('NotFound: 4 found, 3 moved\n');
  expect(bodiesOf(await visible(queue, queue.queue.url))).toEqual(['four', 'one', 'two']);
  expect(await visible(queue, queue.deadLetterQueue.url)).toMatchObject([{ MessageId }]);
});
