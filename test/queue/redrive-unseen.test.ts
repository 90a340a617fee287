import { createServer } from 'node:http';
import { ChangeMessageVisibilityCommand, PurgeQueueCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { LocalQueue } from '../../infra/local/queue.ts';
import { unseen } from '../../lib/terminal/redrive/unseen.ts';
import { listenOnLoopback } from '../support/loopback.ts';
import { bury, receiveElsewhere, startRedrive, visible } from './operator.ts';

const letters = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`letter ${index}`, 'NotFound']));

interface Way {
  /** Awaited before SQS gets the request. */
  before?: (operation: string) => Promise<void> | void;
  /** Whether the connection is closed in the place of the answer, after SQS has acted. */
  loses?: (operation: string) => boolean;
}

/** A way to SQS on which answers get lost. */
async function startWay({ url }: LocalQueue, { before = () => {}, loses = () => false }: Way) {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).replace('AmazonSQS.', '');
    asked.push(operation);
    const body = Buffer.concat(await request.toArray());
    await before(operation);
    const headers = { 'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Target': `AmazonSQS.${operation}` };
    const answer = await fetch(url, { method: 'POST', headers, body });
    const answered = await answer.text();
    if (loses(operation)) response.destroy();
    else response.writeHead(answer.status, headers).end(answered);
  });
  return { endpoint: `http://${await listenOnLoopback(server)}`, asked };
}

describe('npm run redrive', () => {
  it.each([[['--dry-run']], [[]]])(
    '%j says so where the answer to a receive is lost, and does not receive a second time',
    async (args) => {
      const { queue, run } = await startRedrive();
      await bury(queue, letters(10));
      const { endpoint, asked } = await startWay(queue, { loses: (operation) => operation === 'ReceiveMessage' });
      const { code, out, err } = await run(args, { endpoint });
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toMatch(/^ReceiveLost: .*hidden up to ten dead letters for 5 minutes\. Run again then\.\n$/);
      expect(asked).toEqual(['GetQueueAttributes', 'ReceiveMessage']);
    },
  );

  it('tells of those that an earlier receive hides, and not that there are none', async () => {
    const { queue, run } = await startRedrive();
    await bury(queue, letters(10));
    const held = await receiveElsewhere(queue);
    const { code, out, err } = await run();
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(
      /^SQS counts about 10 more dead letters, and did not show them\. .*Run again in 5 minutes\.\n$/,
    );

    for (const { ReceiptHandle } of held) {
      const hidden = { QueueUrl: queue.deadLetterQueue.url, ReceiptHandle, VisibilityTimeout: 0 };
      await queue.client.send(new ChangeMessageVisibilityCommand(hidden));
    }
    expect(await run()).toMatchObject({ code: 0, out: expect.stringContaining('10 found, 10 moved'), err: '' });
  });

  it('moves what it sees, and tells of the rest', async () => {
    const { queue, run } = await startRedrive();
    await bury(queue, letters(12));
    await receiveElsewhere(queue);
    const { code, out, err } = await run();
    expect(code).toBe(1);
    expect(out).toContain('NotFound: 2 found, 2 moved\n');
    expect(err).toContain('about 10 more');
  });

  it('has missed nothing where others take dead letters away meanwhile', async () => {
    const { queue, run } = await startRedrive();
    await bury(queue, letters(3));
    const before = async (operation: string) => {
      if (operation !== 'ReceiveMessage') return;
      await queue.client.send(new PurgeQueueCommand({ QueueUrl: queue.deadLetterQueue.url }));
    };
    const { endpoint } = await startWay(queue, { before });
    expect(await run([], { endpoint })).toEqual({ code: 0, out: 'There are no dead letters.\n', err: '' });
  });

  it('waits for an answer that takes as long as ten large dead letters may', async () => {
    const { queue, run } = await startRedrive();
    await bury(queue, letters(10));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true });
    onTestFinished(() => void vi.useRealTimers());
    const uptime = vi.spyOn(process, 'uptime');
    let late = 0;
    uptime.mockImplementation(() => late);
    const before = async (operation: string) => {
      if (operation !== 'ReceiveMessage') return;
      late += 50;
      await vi.advanceTimersByTimeAsync(50_000);
    };
    const { endpoint } = await startWay(queue, { before });
    const { code, out } = await run(['--dry-run'], { endpoint });
    expect(code).toBe(0);
    expect(out).toContain('NotFound: 10 found, 0 moved\n');
    expect(await visible(queue, queue.deadLetterQueue.url)).toHaveLength(10);
  });
});

describe('what was not seen', () => {
  const counts = (visible: number, hidden = 0) => ({ visible, hidden });

  it.each([
    ['all was seen, and moved', counts(10), counts(0), 10, 0, 0],
    ['all was seen, and is held', counts(10), counts(0, 10), 10, 10, 0],
    ['more was seen than was counted', counts(3), counts(0, 5), 5, 5, 0],
    ['an answer was lost', counts(10), counts(0, 10), 0, 0, 10],
    ['an answer was lost, by a count that is old', counts(10), counts(10), 0, 0, 10],
    ['an answer was lost after ten were seen', counts(25), counts(5, 20), 10, 10, 15],
    ['an earlier receive hides some', counts(2, 8), counts(0, 10), 2, 2, 8],
    ['others took some away', counts(10), counts(0, 4), 4, 4, 0],
    ['more came meanwhile', counts(10), counts(7, 10), 10, 10, 0],
    ['what was moved came back', counts(10), counts(10), 10, 0, 0],
    ['the count after it is behind', counts(10), counts(10, 10), 10, 10, 0],
    ['the count before it was behind', counts(4), counts(0), 0, 0, 0],
  ])('where %s', (_, before, after, seen, held, missed) => {
    expect(unseen({ before, after, seen, held })).toBe(missed);
  });
});
