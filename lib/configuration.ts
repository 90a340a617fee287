import * as v from 'valibot';
import { configuredBaseUrl } from './base-url.ts';
import { Id, type Secret, SecretText } from './credentials/secret.ts';
import { Failure } from './failures.ts';
import { ID } from './id.ts';

/** What the environment says, checked. */
export interface Configuration {
  /** Name or ARN of the secret, which may contain `{orgId}`; absent where the credentials are in the environment. */
  readonly secretId: string | undefined;
  /** Credentials in the environment, under the names of Atlas's own tools: for a laptop. */
  readonly environmentCredentials: Secret | undefined;
  /** Origin of Atlas where the environment names one. */
  readonly baseUrl: string | undefined;
  /** Organizations that may be asked for; undefined for any that the credentials reach. */
  readonly allowedOrgIds: ReadonlySet<string> | undefined;
  readonly cancelApi: 'auto' | 'invites' | 'users';
  readonly allowMemberRemoval: boolean;
  readonly unverifiedGone: 'dead-letter' | 'acknowledge';
  readonly deadLetterQueueUrl: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export const DEFAULT_BASE_URL = 'https://cloud.mongodb.com';

/**
 * Reads the configuration; an empty value counts as unset.
 * @throws {Failure} `InternalError`, whose `logged` names the variable; its value is never shown
 */
export function readConfiguration(environment: Environment): Configuration {
  const value = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const oneOf = <T extends string>(name: string, allowed: readonly [T, ...T[]]): T => {
    const given = value(name);
    if (given === undefined) return allowed[0];
    return allowed.find((word) => word === given) ?? malformed(name, `must be one of ${allowed.join(', ')}`);
  };
  const secretId = value('ATLAS_SECRET_ID');
  return {
    secretId,
    environmentCredentials: secretId === undefined ? readEnvironmentCredentials(value) : undefined,
    baseUrl: readBaseUrl(value('ATLAS_BASE_URL')),
    allowedOrgIds: readOrgIds(value('ATLAS_ALLOWED_ORG_IDS')),
    cancelApi: oneOf('ATLAS_CANCEL_API', ['auto', 'invites', 'users']),
    allowMemberRemoval: oneOf('ALLOW_MEMBER_REMOVAL', ['false', 'true']) === 'true',
    unverifiedGone: oneOf('UNVERIFIED_GONE', ['dead-letter', 'acknowledge']),
    deadLetterQueueUrl: readQueueUrl(value('DEAD_LETTER_QUEUE_URL')),
  };
}

function readBaseUrl(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  return configuredBaseUrl(given) ?? malformed('ATLAS_BASE_URL', 'must be an https origin, or http on loopback');
}

function readOrgIds(given: string | undefined): ReadonlySet<string> | undefined {
  if (given === undefined) return undefined;
  const ids = given
    .split(',')
    .map((id) => id.trim())
    .filter(Boolean);
  if (ids.length === 0 || !ids.every((id) => ID.test(id))) {
    malformed('ATLAS_ALLOWED_ORG_IDS', 'must be ids of 24 lower-case hexadecimal digits, separated by commas');
  }
  return new Set(ids);
}

function readQueueUrl(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const protocol = URL.parse(given)?.protocol;
  return protocol === 'https:' || protocol === 'http:' ? given : malformed('DEAD_LETTER_QUEUE_URL', 'must be a URL');
}

function readEnvironmentCredentials(value: (name: string) => string | undefined): Secret {
  const pairs = [
    ['service-account', 'MONGODB_ATLAS_CLIENT_ID', 'MONGODB_ATLAS_CLIENT_SECRET'],
    ['api-key', 'MONGODB_ATLAS_PUBLIC_API_KEY', 'MONGODB_ATLAS_PRIVATE_API_KEY'],
  ] as const;
  for (const [kind, idName, secretName] of pairs) {
    const id = value(idName);
    const secret = value(secretName);
    if (id === undefined && secret === undefined) continue;
    if (id === undefined) return malformed(idName, `is missing beside ${secretName}`);
    if (secret === undefined) return malformed(secretName, `is missing beside ${idName}`);
    if (!v.is(Id, id)) return malformed(idName, 'must be visible ASCII without a colon');
    if (!v.is(SecretText, secret)) return malformed(secretName, 'must be visible ASCII');
    return { kind, id, secret };
  }
  return malformed('ATLAS_SECRET_ID', 'is missing, and there are no credentials in the environment');
}

function malformed(variable: string, why: string): never {
  throw new Failure('InternalError', 'This function is not configured correctly.', {
    logged: { variable, reason: `${variable} ${why}` },
  });
}
