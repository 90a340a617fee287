import { type Message, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { type EventSource, startMapping } from './event-source-mapping.ts';
import type { Invocation } from './lambda-runtime.ts';

const RETENTION_SECONDS = 1_209_600;

export interface LocalQueueOptions {
  /** @default 0, any free port */
  readonly port?: number;
  /** @default us-east-1 */
  readonly region?: string;
  /** The queue's name; its dead-letter queue's ends in `-dead-letters`. @default atlas-uninvite */
  readonly name?: string;
  /** @default false */
  readonly fifo?: boolean;
  /** Seconds after which a message that was received and not deleted is seen again. @default 361, as in the stack */
  readonly visibilityTimeout?: number;
  /** Receives after which SQS itself moves a message to the dead-letter queue. @default 750, as in the stack */
  readonly maxReceiveCount?: number;
}

/** SQS on this machine, with the queue of the function and its dead-letter queue. */
export interface LocalQueue {
  /** For `AWS_ENDPOINT_URL_SQS`. */
  readonly url: string;
  readonly queue: EventSource;
  readonly deadLetterQueue: EventSource;
  /** Environment of the queue's function, beside what every function has. */
  readonly environment: Readonly<Record<string, string>>;
  /** A client of the emulator, whatever the environment of this process says. */
  readonly client: SQSClient;
  readonly server: FauxqsServer;
  /** Sends a message; text goes as it is, anything else as JSON. @returns its id */
  send(body: unknown, groupId?: string): Promise<string>;
  /** The dead letters there are, ten at the most; they stay where they are. */
  deadLetters(): Promise<Message[]>;
  /** Delivers messages to a function as Lambda's event source mapping does, until the queue is closed. */
  connect(invoke: (event: SQSEvent) => Promise<Invocation>, log?: (line: string) => void): void;
  /** Ends delivery, once what is being handled has ended, and then SQS. */
  close(): Promise<void>;
}

/** Starts SQS by fauxqs, in memory, with a queue and a dead-letter queue set up as the stack does it. */
export async function startQueue(options: LocalQueueOptions = {}): Promise<LocalQueue> {
  const { port = 0, region = 'us-east-1', name = 'atlas-uninvite', fifo = false } = options;
  const { visibilityTimeout = 361, maxReceiveCount = 750 } = options;
  const server = await startFauxqs({ port, logger: false, defaultRegion: region });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SQSClient({ endpoint: server.address, region, credentials, useQueueUrlAsEndpoint: false });
  const create = (queue: string, attributes: Record<string, string>): EventSource => {
    const { queueUrl, queueArn } = server.createQueue(`${queue}${fifo ? '.fifo' : ''}`, {
      region,
      attributes: {
        MessageRetentionPeriod: `${RETENTION_SECONDS}`,
        ...(fifo ? { FifoQueue: 'true' } : {}),
        ...attributes,
      },
    });
    return { url: queueUrl, arn: queueArn };
  };
  const deadLetterQueue = create(`${name}-dead-letters`, {});
  const queue = create(name, {
    VisibilityTimeout: `${visibilityTimeout}`,
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterQueue.arn, maxReceiveCount }),
  });
  const stops: (() => Promise<void>)[] = [];
  let sent = 0;

  return {
    url: server.address,
    queue,
    deadLetterQueue,
    environment: { AWS_ENDPOINT_URL_SQS: server.address, DEAD_LETTER_QUEUE_URL: deadLetterQueue.url },
    client,
    server,
    async send(body, groupId = 'default') {
      sent += 1;
      const ordered = fifo ? { MessageGroupId: groupId, MessageDeduplicationId: `${sent}` } : {};
      const MessageBody = typeof body === 'string' ? body : JSON.stringify(body);
      const { MessageId = '' } = await client.send(
        new SendMessageCommand({ QueueUrl: queue.url, MessageBody, ...ordered }),
      );
      return MessageId;
    },
    async deadLetters() {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: deadLetterQueue.url,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: 0,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
        }),
      );
      return Messages;
    },
    connect(invoke, log) {
      stops.push(startMapping({ client, source: queue, invoke, ...(log ? { log } : {}) }));
    },
    async close() {
      await Promise.all(stops.map((stop) => stop()));
      client.destroy();
      await server.stop();
    },
  };
}
