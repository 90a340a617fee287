import { ChangeMessageVisibilityCommand, DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse } from 'aws-lambda';
import { onTestFinished, vi } from 'vitest';
import { acknowledged, toEvent } from '../../infra/local/event-source-mapping.ts';
import { type LocalQueue, type LocalQueueOptions, startQueue } from '../../infra/local/queue.ts';
import { systemClock } from '../../lib/clock.ts';
import { FAILURE_ATTRIBUTE } from '../../lib/queue/dead-letter.ts';
import { createQueueDoor, type QueueEdges } from '../../lib/queue/door.ts';
import { lambdaContext } from '../support/lambda.ts';
import { type Stage, type StageOptions, startStage } from '../support/stage.ts';

export interface QueueStage extends Stage {
  readonly queue: LocalQueue;
  /** Receives up to ten messages, invokes the door, and deletes what Lambda would delete. */
  deliver(remaining?: number): Promise<SQSBatchResponse>;
  /** Lets the time pass after which hidden messages are seen again. */
  reveal(): Promise<void>;
  /** Messages in the queue, hidden ones included. */
  left(): number;
  /** Seconds until each hidden message is seen again, rounded. */
  hidden(): number[];
}

/** SQS, Atlas and Secrets Manager on loopback, and the queue door between them. The clock is the system's, as SQS's is. */
export async function startQueueStage(
  options: StageOptions & { queue?: LocalQueueOptions; edges?: QueueEdges } = {},
): Promise<QueueStage> {
  const queue = await startQueue({ region: 'eu-west-1', ...options.queue });
  onTestFinished(() => queue.close());
  const stage = await startStage({
    clock: systemClock,
    ...options,
    environment: { DEAD_LETTER_QUEUE_URL: queue.deadLetterQueue.url, ...options.environment },
  });
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', queue.url);
  const door = createQueueDoor(stage.service, options.edges);
  const { client, queue: source } = queue;
  const messagesOf = ({ arn }: { arn: string }) => queue.server.inspectQueue(arn.split(':')[5] ?? '')?.messages;
  const messages = () => messagesOf(source);
  onTestFinished(() => {
    const { ready = [], inflight = [] } = messagesOf(queue.deadLetterQueue) ?? {};
    for (const { messageAttributes } of [...ready, ...inflight.map(({ message }) => message)]) {
      stage.canaries.watch('dead letter', messageAttributes[FAILURE_ATTRIBUTE]?.StringValue ?? '');
    }
  });

  return {
    ...stage,
    queue,
    async deliver(remaining) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: source.url,
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
        }),
      );
      const payload = await door(toEvent(Messages, source), lambdaContext(remaining));
      for (const { ReceiptHandle } of acknowledged(Messages, { payload })) {
        await client.send(new DeleteMessageCommand({ QueueUrl: source.url, ReceiptHandle }));
      }
      return payload;
    },
    async reveal() {
      for (const { receiptHandle } of messages()?.inflight ?? []) {
        await client.send(
          new ChangeMessageVisibilityCommand({
            QueueUrl: source.url,
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: 0,
          }),
        );
      }
    },
    left: () => (messages()?.ready.length ?? 0) + (messages()?.inflight.length ?? 0),
    hidden: () =>
      (messages()?.inflight ?? []).map(({ visibilityDeadline }) =>
        Math.round((visibilityDeadline - Date.now()) / 1000),
      ),
  };
}
