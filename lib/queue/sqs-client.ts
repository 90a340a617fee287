import { SQSClient } from '@aws-sdk/client-sqs';
import { systemClock } from '../clock.ts';
import type { Environment } from '../configuration.ts';
import { awsRequestHandler } from '../transport/aws-request-handler.ts';
import { Network } from '../transport/network.ts';

/** The queue door has 2.5 s for its dead letters: a connection that hangs has to leave time for a second try. */
const REQUEST_MILLISECONDS = 2_000;
/** Ten messages of 1 MiB at the most, as JSON. */
const MAX_BYTES = 64 * 1024 * 1024;

interface SqsClientOptions {
  /** For one try, from the connection to the last byte. @default 2000 */
  readonly milliseconds?: number;
  /** How often a request is sent at the most. @default 3 */
  readonly maxAttempts?: number;
}

/**
 * The SDK goes to the host in a queue's URL, even where an endpoint is configured (`useQueueUrlAsEndpoint`). That is right
 * on AWS, and wrong for an emulator, which puts a host name into its URLs that need not exist.
 */
export function sqsClient(
  environment: Environment = process.env,
  { milliseconds = REQUEST_MILLISECONDS, maxAttempts = 3 }: SqsClientOptions = {},
): SQSClient {
  const emulated = Boolean(environment['AWS_ENDPOINT_URL_SQS'] || environment['AWS_ENDPOINT_URL']);
  return new SQSClient({
    maxAttempts,
    ...(emulated ? { useQueueUrlAsEndpoint: false } : {}),
    requestHandler: awsRequestHandler(new Network(systemClock), milliseconds, MAX_BYTES),
  });
}
