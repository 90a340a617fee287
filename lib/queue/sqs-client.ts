import { SQSClient } from '@aws-sdk/client-sqs';
import { awsRequestHandler } from '../aws-request-handler.ts';
import type { Environment } from '../configuration.ts';

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
    requestHandler: awsRequestHandler(REQUEST_MILLISECONDS),
  });
}
