import { GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';

/**
 * The URLs of a few queues of which the ARNs are known. SQS itself is asked: the host of a URL depends on the partition, on
 * private endpoints and on emulators.
 */
export class QueueUrls {
  readonly #client: () => SQSClient;
  readonly #known = new Map<string, string>();

  constructor(client: () => SQSClient) {
    this.#client = client;
  }

  /** @throws {Error} where SQS knows no such queue, or does not answer */
  async of(queueArn: string, abortSignal?: AbortSignal): Promise<string> {
    const known = this.#known.get(queueArn);
    if (known !== undefined) return known;
    const [, , , , QueueOwnerAWSAccountId, QueueName] = queueArn.split(':');
    const command = new GetQueueUrlCommand({ QueueName, QueueOwnerAWSAccountId });
    const { QueueUrl } = await this.#client().send(command, abortSignal ? { abortSignal } : {});
    if (QueueUrl === undefined) throw new Error('SQS knows no URL for the queue.');
    this.#known.set(queueArn, QueueUrl);
    return QueueUrl;
  }
}
