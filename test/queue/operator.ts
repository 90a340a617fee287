import {
  ChangeMessageVisibilityCommand,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { onTestFinished, vi } from 'vitest';
import { type LocalQueue, type LocalQueueOptions, startQueue } from '../../infra/local/queue.ts';
import { systemClock } from '../../lib/clock.ts';
import { runRedrive } from '../../lib/terminal/redrive/command.ts';
import { collected } from './collected.ts';

/** An operator before a queue with its dead letters. */
export async function startRedrive(options: LocalQueueOptions = {}) {
  const queue = await startQueue({ region: 'eu-west-1', ...options });
  onTestFinished(() => queue.close());
  return { queue, ...operator(queue) };
}

export function operator(queue: LocalQueue) {
  const listeners = new Set<() => void>();
  const run = async (
    args: readonly string[] = [],
    { interactive = false, onWrite = () => {}, endpoint = queue.url, clock = systemClock } = {},
  ) => {
    const out = collected(interactive, onWrite);
    const err = collected(interactive);
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
    vi.stubEnv('AWS_ENDPOINT_URL_SQS', endpoint);
    onTestFinished(() => void vi.unstubAllEnvs());
    const code = await runRedrive(
      args,
      {
        out: out.stream,
        err: err.stream,
        environment: { ...process.env, ...queue.environment },
        clock,
        onInterrupt: (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      },
      0,
    );
    return { code, out: out.text(), err: err.text() };
  };
  const interrupt = () => {
    for (const listener of listeners) listener();
  };
  return { run, interrupt };
}

function reason(queue: LocalQueue, name: string) {
  const text = JSON.stringify({
    name,
    detail: `It is ${name}.`,
    sourceQueueArn: queue.queue.arn,
    failedAt: '2026-11-23T08:00:00.000Z',
  });
  return { Failure: { DataType: 'String', StringValue: text } };
}

/** Puts dead letters into the queue as the door does. */
export async function bury(queue: LocalQueue, bodies: Readonly<Record<string, string>>, groupId?: string) {
  for (const [body, failure] of Object.entries(bodies)) {
    await queue.client.send(
      new SendMessageCommand({
        QueueUrl: queue.deadLetterQueue.url,
        MessageBody: body,
        MessageAttributes: { origin: { DataType: 'String', StringValue: 'people' }, ...reason(queue, failure) },
        ...(groupId === undefined ? {} : { MessageGroupId: groupId, MessageDeduplicationId: body }),
      }),
    );
  }
}

/** Puts a dead letter into the queue that somebody else made. */
export function buryAs(
  { client, deadLetterQueue }: LocalQueue,
  failure: string,
  attributes: Readonly<Record<string, MessageAttributeValue>> = {},
) {
  return client.send(
    new SendMessageCommand({
      QueueUrl: deadLetterQueue.url,
      MessageBody: '{}',
      MessageAttributes: { ...attributes, Failure: { DataType: 'String', StringValue: failure } },
    }),
  );
}

/** Somebody else's receive of dead letters: it hides ten at the most. */
export async function receiveElsewhere({ client, deadLetterQueue }: LocalQueue) {
  const command = new ReceiveMessageCommand({ QueueUrl: deadLetterQueue.url, MaxNumberOfMessages: 10 });
  return (await client.send(command)).Messages ?? [];
}

/** The bodies that can be received from a queue, ten at the most; they stay. */
export async function visible({ client }: LocalQueue, QueueUrl: string) {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    }),
  );
  for (const { ReceiptHandle } of Messages) {
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  }
  return Messages;
}

export const bodiesOf = (messages: readonly { Body?: string | undefined }[]) => messages.map(({ Body }) => Body).sort();
