import {
  GetSecretValueCommand,
  SecretsManagerClient,
  SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';
import { Failure, toFailure } from '../failures.ts';
import { awsRequestHandler } from '../transport/aws-request-handler.ts';
import type { Network } from '../transport/network.ts';
import { parseSecret, type Secret } from './secret.ts';

/**
 * Reads the current version of a secret, within so many milliseconds.
 * @throws {Failure} `CredentialsInvalid` (missing, denied, malformed), `CredentialsUnavailable` (throttled, failing, unreachable)
 */
export type ReadSecret = (secretId: string, milliseconds: number) => Promise<Secret>;

/** For one try: a reading has time for three. */
const REQUEST_MILLISECONDS = 2_000;

/** Error names that mean "later", whatever their status says. Source: AWS SDK for JavaScript, service-error-classification. */
const THROTTLED = /Thrott|TooManyRequests|RequestLimitExceeded|SlowDown|InternalServiceError|RequestTimeout/;

/** A reader over AWS Secrets Manager. Each read is one GetSecretValue of AWSCURRENT; nothing is cached here. */
export function secretsManagerReader(network: Network): ReadSecret {
  const requestHandler = awsRequestHandler(network, REQUEST_MILLISECONDS);
  const client = new SecretsManagerClient({ maxAttempts: 3, requestHandler });
  return async (secretId, milliseconds) => {
    try {
      // Named, since the role may read this version only: IAM compares what the request says.
      const command = new GetSecretValueCommand({ SecretId: secretId, VersionStage: 'AWSCURRENT' });
      const answer = await client.send(command, {
        abortSignal: AbortSignal.timeout(milliseconds),
      });
      if (answer.SecretString === undefined) throw new Failure('CredentialsInvalid', 'The secret holds no text.');
      return parseSecret(answer.SecretString);
    } catch (error) {
      throw named(error, secretId);
    }
  };
}

/** The failure, with the secret's name for the log line alone: whoever calls the API need not know it. */
function named(error: unknown, secretId: string): Failure {
  if (error instanceof Failure) return new Failure(error.name, error.message, { logged: { secretId } });
  const logged = { secretId, reason: reasonOf(error) };
  if (error instanceof SecretsManagerServiceException) {
    const lasting = (error.$metadata.httpStatusCode ?? 500) < 500 && !THROTTLED.test(error.name);
    return lasting
      ? new Failure('CredentialsInvalid', 'The secret with the Atlas credentials is missing or may not be read.', {
          logged,
        })
      : new Failure('CredentialsUnavailable', 'AWS Secrets Manager is failing or limits the rate.', { logged });
  }
  if (lacksRegion(error)) {
    const detail = 'Secrets Manager was not asked: AWS_REGION is missing, and the AWS profile names no region.';
    return new Failure('CredentialsInvalid', detail, { logged: { secretId } });
  }
  if (error instanceof TypeError || error instanceof ReferenceError) return toFailure(error);
  // Without the cause: the message of a parser quotes what it could not read, which may be a part of the secret.
  return new Failure('CredentialsUnavailable', 'AWS Secrets Manager could not be reached, or not be understood.', {
    logged,
  });
}

/** Outside of Lambda there may be no region. The SDK has only words for that (@smithy/core, config-resolver, `regionConfig`). */
function lacksRegion(error: unknown): boolean {
  return error instanceof Error && error.message === 'Region is missing';
}

/** A word or two for an operator: the name of an error, and the code that Node gives to those of the network. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? `${error.name} ${error.code}` : error.name;
}
