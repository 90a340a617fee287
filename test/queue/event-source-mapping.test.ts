import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { acknowledged, startMapping, toEvent } from '../../infra/local/event-source-mapping.ts';
import { readMessages } from '../../lib/queue/event.ts';
import { startQueueStage } from './stage.ts';

const messages = [{ MessageId: 'one' }, { MessageId: 'two' }];
const failures = (...ids: unknown[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

describe("the poller deletes what Lambda's would delete", () => {
  it.each<[string, unknown, string[]]>([
    ['null', null, ['one', 'two']],
    ['nothing', undefined, ['one', 'two']],
    ['an empty object', {}, ['one', 'two']],
    ['failures that are null', { batchItemFailures: null }, ['one', 'two']],
    ['no failures', failures(), ['one', 'two']],
    ['one failure', failures('two'), ['one']],
    ['the same failure twice', failures('two', 'two'), ['one']],
    ['all failures', failures('one', 'two'), []],
    ['an empty identifier', failures('one', ''), []],
    ['an identifier that is null', failures(null), []],
    ['an identifier under another name', { batchItemFailures: [{ id: 'one' }] }, []],
    ['an identifier that is not of the batch', failures('three'), []],
    ['text', 'done', []],
  ])('after %s', (_, payload, deleted) => {
    expect(acknowledged(messages, { payload }).map(({ MessageId }) => MessageId)).toEqual(deleted);
  });

  it('and nothing after an error', () => {
    const error = { errorType: 'Error', errorMessage: 'no', trace: [] };
    expect(acknowledged(messages, { error })).toEqual([]);
  });
});

describe('the event it makes', () => {
  it('has attributes in lower camel case, and binary values in base64', () => {
    const MessageAttributes = {
      text: { DataType: 'String', StringValue: 'x' },
      bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255]) },
    };
    const source = { url: 'http://localhost/q', arn: 'arn:aws:sqs:eu-west-1:000000000000:q' };
    expect(toEvent([{ MessageId: 'm1', Body: '{}', MessageAttributes }], source).Records[0]).toMatchObject({
      messageId: 'm1',
      eventSource: 'aws:sqs',
      eventSourceARN: source.arn,
      awsRegion: 'eu-west-1',
      messageAttributes: {
        text: { dataType: 'String', stringValue: 'x' },
        bytes: { dataType: 'Binary', binaryValue: 'AP8=' },
      },
    });
  });

  it('shows the function that there is an attribute, where the AWS SDK loses what it says', async () => {
    const { queue } = await startQueueStage();
    const MessageAttributes = Object.fromEntries([['__proto__', { DataType: 'String', StringValue: 'x' }]]);
    await queue.client.send(
      new SendMessageCommand({ QueueUrl: queue.queue.url, MessageBody: '{}', MessageAttributes }),
    );
    const receive = new ReceiveMessageCommand({ QueueUrl: queue.queue.url, MessageAttributeNames: ['All'] });
    const { Messages = [] } = await queue.client.send(receive);
    expect(readMessages(toEvent(Messages, queue.queue))).toMatchObject([{ body: '{}', attributes: undefined }]);
  });
});

describe('the mapping', () => {
  it('delivers messages until it is stopped, and deletes those that were done', async () => {
    const { queue, left } = await startQueueStage();
    const seen = Promise.withResolvers<string[]>();
    const good = await queue.send('good');
    const bad = await queue.send('bad');
    const stop = startMapping({
      client: queue.client,
      source: queue.queue,
      invoke: async ({ Records }) => {
        seen.resolve(Records.map(({ messageId }) => messageId));
        return { payload: failures(bad) };
      },
    });
    expect((await seen.promise).sort()).toEqual([good, bad].sort());
    await stop();
    expect(left()).toBe(1);
  });

  it('leaves everything where the function is killed, and says so', async () => {
    const { queue, left } = await startQueueStage();
    const said = Promise.withResolvers<string>();
    await queue.send('good');
    const error = { errorType: 'Runtime.ExitError', errorMessage: 'signal: killed', trace: [] };
    queue.connect(async () => ({ error }), said.resolve);
    expect(await said.promise).toContain('Runtime.ExitError');
    expect(left()).toBe(1);
  });
});
