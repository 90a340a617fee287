import { SQSClient } from '@aws-sdk/client-sqs';
import { systemClock } from '../clock.ts';
import type { Environment } from '../configuration.ts';
import { awsRequestHandler } from '../transport/aws-request-handler.ts';
import { Network } from '../transport/network.ts';

const REQUEST_MILLISECONDS = 5_000;

/**
 * The SDK goes to the host in a queue's URL, even where an endpoint is configured (`useQueueUrlAsEndpoint`). That is right
 * on AWS, and wrong for an emulator, which puts a host name into its URLs that need not exist.
 */
export function sqsClient(environment: Environment = process.env): SQSClient {
  const emulated = Boolean(environment['AWS_ENDPOINT_URL_SQS'] || environment['AWS_ENDPOINT_URL']);
  return new SQSClient({
    maxAttempts: 3,
    ...(emulated ? { useQueueUrlAsEndpoint: false } : {}),
    requestHandler: awsRequestHandler(new Network(systemClock), REQUEST_MILLISECONDS),
  });
}
