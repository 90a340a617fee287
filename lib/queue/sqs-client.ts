import { SQSClient } from '@aws-sdk/client-sqs';
import type { Environment } from '../configuration.ts';

const CONNECT_MILLISECONDS = 2_000;
const REQUEST_MILLISECONDS = 5_000;

/**
 * A client that gives up: the SDK's default is to wait without an end, and `requestTimeout` only warns unless
 * `throwOnRequestTimeout` is set.
 *
 * The SDK goes to the host in a queue's URL, even where an endpoint is configured (`useQueueUrlAsEndpoint`). That is right
 * on AWS, and wrong for an emulator, which puts a host name into its URLs that need not exist.
 */
export function sqsClient(environment: Environment = process.env): SQSClient {
  const emulated = Boolean(environment['AWS_ENDPOINT_URL_SQS'] || environment['AWS_ENDPOINT_URL']);
  return new SQSClient({
    maxAttempts: 3,
    ...(emulated ? { useQueueUrlAsEndpoint: false } : {}),
    requestHandler: {
      connectionTimeout: CONNECT_MILLISECONDS,
      requestTimeout: REQUEST_MILLISECONDS,
      throwOnRequestTimeout: true,
    },
  });
}
