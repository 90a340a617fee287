import * as v from 'valibot';
import { cloudBaseUrl } from '../base-url.ts';
import { Failure } from '../failures.ts';
import { ID } from '../id.ts';

/** What a secret holds, whichever of its shapes it was written in. */
export interface Secret {
  readonly kind: 'service-account' | 'api-key';
  /** Client id, or public key. */
  readonly id: string;
  /** Client secret, or private key. */
  readonly secret: string;
  /** The one organization that it serves, where the secret says so. */
  readonly orgId?: string;
  /** Origin of the Atlas it belongs to, where the secret says so. */
  readonly baseUrl?: string;
}

/**
 * The shapes, told apart by their keys. Sources: AWS managed external secret MongoDBAtlasServiceAccount; MongoDB's
 * Terraform provider; MongoDB's CloudFormation profile secret.
 */
const SHAPES = [
  { kind: 'service-account', id: 'clientId', secret: 'clientSecret' },
  { kind: 'service-account', id: 'client_id', secret: 'client_secret' },
  { kind: 'api-key', id: 'publicKey', secret: 'privateKey' },
  { kind: 'api-key', id: 'PublicKey', secret: 'PrivateKey' },
  { kind: 'api-key', id: 'public_key', secret: 'private_key' },
] as const;
const BASE_URL_KEYS = ['baseUrl', 'BaseUrl', 'base_url'] as const;

/** Visible ASCII, as a header can carry it; without the colon that ends an id in Basic credentials (RFC 7617 section 2). */
export const Id = v.pipe(v.string(), v.regex(/^[\x21-\x39\x3b-\x7e]{1,256}$/));
export const SecretText = v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,1024}$/));
const OrgId = v.pipe(v.string(), v.regex(ID));
const Fields = v.record(v.string(), v.unknown());

/**
 * Reads the value of a secret. Messages name keys, never values.
 * @throws {Failure} `CredentialsInvalid`
 */
export function parseSecret(value: string): Secret {
  const fields = v.safeParse(Fields, parseJson(value));
  if (!fields.success) throw invalid('is not a JSON object');
  const field = (key: string) => (Object.hasOwn(fields.output, key) ? fields.output[key] : undefined);
  // Whoever fills a template with nothing means none: Terraform's jsonencode writes null.
  const has = (key: string) => ![undefined, null, ''].some((nothing) => field(key) === nothing);

  const shapes = SHAPES.filter(({ id, secret }) => has(id) || has(secret));
  const [shape] = shapes;
  if (!shape) throw invalid('has neither clientId and clientSecret nor publicKey and privateKey');
  if (shapes.length > 1) throw invalid(`has keys of more than one kind: ${shapes.map(({ id }) => id).join(', ')}`);
  const text = (key: string, schema: typeof Id) => {
    const parsed = v.safeParse(schema, field(key));
    if (!parsed.success) throw invalid(has(key) ? `has a malformed ${key}` : `has no ${key}`);
    return parsed.output;
  };
  const baseUrl = readBaseUrl(field, has);
  const orgId = field('orgId');
  if (has('orgId') && !v.is(OrgId, orgId)) throw invalid('has a malformed orgId');
  return {
    kind: shape.kind,
    id: text(shape.id, Id),
    secret: text(shape.secret, SecretText),
    ...(v.is(OrgId, orgId) ? { orgId } : {}),
    ...(baseUrl === undefined ? {} : { baseUrl }),
  };
}

function readBaseUrl(field: (key: string) => unknown, has: (key: string) => boolean): string | undefined {
  const key = BASE_URL_KEYS.find(has);
  if (key === undefined) return undefined;
  const given = field(key);
  const baseUrl = typeof given === 'string' ? cloudBaseUrl(given) : undefined;
  if (baseUrl === undefined) throw invalid(`has a ${key} that is not https on a host of MongoDB's cloud`);
  return baseUrl;
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined; // The parser's message would quote the value: "is not a JSON object" says enough.
  }
}

/** Whether two readings of a secret came to the same. */
export function isSameSecret(one: Secret, other: Secret | undefined): boolean {
  return (
    other !== undefined &&
    one.kind === other.kind &&
    one.id === other.id &&
    one.secret === other.secret &&
    one.orgId === other.orgId &&
    one.baseUrl === other.baseUrl
  );
}

function invalid(why: string): Failure {
  return new Failure('CredentialsInvalid', `The secret ${why}.`);
}
