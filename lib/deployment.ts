import { AtlasClient } from './atlas/client.ts';
import { AtlasOperations } from './atlas/operations.ts';
import type { Deployment } from './cancellation/context.ts';
import type { Clock } from './clock.ts';
import { type Configuration, DEFAULT_BASE_URL, type Environment, readConfiguration } from './configuration.ts';
import { CredentialStore } from './credentials/credential-store.ts';
import { ReadAhead } from './credentials/read-ahead.ts';
import { type ReadSecret, secretsManagerReader } from './credentials/secret-reader.ts';
import { Memory } from './memory.ts';
import { madeAnew } from './preflight/fresh.ts';
import type { Network } from './transport/network.ts';

/** A preflight goes by credentials that are at most so old. */
const FRESH_MILLISECONDS = 60_000;

/** What a deployment is put together from. */
interface Parts {
  readonly environment: Environment;
  readonly clock: Clock;
  readonly network: Network;
  /** Secrets Manager's, where absent. */
  readonly readSecret: ReadSecret | undefined;
}

/** A deployment with what only its service needs. */
export interface Deployed extends Deployment {
  readonly secrets: ReadAhead;
  /** Operations with credentials of their own, which no other request has obtained. */
  readonly freshOperations: () => AtlasOperations;
}

/**
 * Reads the configuration and puts together what it asks for. Sends nothing.
 * @throws {Failure} `InternalError`, where the configuration is malformed
 */
export function deploy({ environment, clock, network, readSecret }: Parts): Deployed {
  const configuration = readConfiguration(environment);
  const { environmentCredentials } = configuration;
  const read = environmentCredentials
    ? async () => environmentCredentials
    : (readSecret ?? secretsManagerReader(network));
  const secrets = new ReadAhead(read, clock);
  return {
    configuration,
    secrets,
    operations: operationsOf(configuration, secrets.read, clock, network),
    freshOperations: madeAnew(FRESH_MILLISECONDS, clock, () => operationsOf(configuration, read, clock, network)),
    sunset: new Memory(clock),
    clock,
  };
}

function operationsOf(
  { secretId, baseUrl }: Configuration,
  read: ReadSecret,
  clock: Clock,
  network: Network,
): AtlasOperations {
  const credentials = new CredentialStore({
    network,
    clock,
    read,
    secretId: secretId ?? 'environment',
    configuredBaseUrl: baseUrl,
    defaultBaseUrl: DEFAULT_BASE_URL,
  });
  return new AtlasOperations(new AtlasClient(network, credentials, clock), new Memory(clock));
}
