import type { Clock } from './clock.ts';
import { type Configuration, DEFAULT_BASE_URL, type Environment } from './configuration.ts';
import type { ReadAhead } from './credentials/read-ahead.ts';
import { before, deadlineIn } from './deadline.ts';
import type { Network } from './transport/network.ts';
import { nextSent } from './transport/sent.ts';

/** Milliseconds that the initialisation waits at the most: whoever called is waiting too. */
const LONGEST_MILLISECONDS = 2_000;

/** What can be had before there is a request. */
interface Preparation {
  readonly configuration: Configuration;
  readonly secrets: ReadAhead;
  readonly network: Network;
  readonly clock: Clock;
  /** Runs what a first request runs, without anything at stake. */
  readonly rehearse: () => Promise<unknown>;
}

/** Whether this process is a function that Lambda initialises (Lambda guide, configuration-envvars-runtime). */
export function isInitialisation(environment: Environment): boolean {
  return environment['AWS_LAMBDA_INITIALIZATION_TYPE'] !== undefined;
}

/**
 * Does before the first request what it would wait for: reads the secret, opens a connection to Atlas, and rehearses while
 * the secret is on its way, or at once where none can be read. Never asks for a token: Lambda initialises functions that are
 * never called, and a service account may have 100 tokens alive (MongoDB docs, "MCP server rate limits"). Never rejects:
 * what fails here is tried again by the first request, which answers for it.
 */
export async function prepare({ configuration, secrets, network, clock, rehearse }: Preparation): Promise<void> {
  const { baseUrl } = configuration;
  const readSecret = async () => {
    const secretId = onlySecret(configuration);
    const secret = secretId === undefined ? undefined : await secrets.begin(secretId, LONGEST_MILLISECONDS);
    if (baseUrl === undefined && secret?.baseUrl !== undefined) await network.to(secret.baseUrl).open();
  };
  const sent = nextSent();
  const secretRead = readSecret();
  const opened = network.to(baseUrl ?? DEFAULT_BASE_URL).open();
  const rehearsed = Promise.race([sent, secretRead]).then(rehearse);
  const ready = Promise.allSettled([secretRead, opened, rehearsed]);
  await Promise.allSettled([before(deadlineIn(LONGEST_MILLISECONDS, clock), ready, () => new Error('late'))]);
}

/** The secret that the first request will need, where that can be known. */
function onlySecret({ secretId, allowedOrgIds }: Configuration): string | undefined {
  if (!secretId?.includes('{orgId}')) return secretId;
  const [orgId, another] = allowedOrgIds ?? [];
  return another === undefined && orgId !== undefined ? secretId.replaceAll('{orgId}', orgId) : undefined;
}
