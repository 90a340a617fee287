import type { IncomingMessage } from 'node:http';
import * as v from 'valibot';
import type { Answer } from '../loopback/answer.ts';
import type { LoopbackRequest } from '../loopback/request-log.ts';
import {
  emptyCounts,
  type LoopbackServer,
  type ServerCounts,
  type ServerSettings,
  startServer,
} from '../loopback/server.ts';
import { awsError } from './aws-error.ts';
import { GetSecretValueRequest, getSecretValue } from './get-secret-value.ts';
import { Secret, type SecretValue } from './secret.ts';

interface SecretsManagerOptions {
  /** Default 0: any free port. */
  port?: number;
  /** Milliseconds since the epoch; default Date.now. */
  clock?: () => number;
  /** Milliseconds added to every answer; may be changed later in `settings`. */
  delay?: number;
  /** How many requests `requests` keeps; default all, 0 for none. */
  keepRequests?: number;
}

/** A request with what it asks for. */
interface SecretsManagerRequest extends LoopbackRequest {
  /** As in X-Amz-Target, such as secretsmanager.GetSecretValue. */
  readonly action: string;
  readonly secretId: string | undefined;
}

/** A running emulator of Secrets Manager; the AWS SDK reaches it by AWS_ENDPOINT_URL_SECRETS_MANAGER. */
export interface SecretsManager extends LoopbackServer<SecretsManagerRequest> {
  readonly settings: ServerSettings<SecretsManagerRequest>;
  readonly counts: ServerCounts;
  /** Makes a secret, in place of any before; without a value it has no version. Returns its ARN. */
  put(name: string, value?: SecretValue): string;
  /** A new AWSCURRENT; the old one becomes AWSPREVIOUS. */
  rotate(name: string, value: SecretValue): void;
  /** Text of the current version. */
  current(name: string): string;
  /** Marks for deletion. */
  delete(name: string): void;
}

/** Starts the emulator on loopback: GetSecretValue over AWS JSON 1.1. */
export async function startSecretsManager(options: SecretsManagerOptions = {}): Promise<SecretsManager> {
  const { port = 0, clock = Date.now, delay = 0, keepRequests = Infinity } = options;
  const secrets = new Map<string, Secret>();
  const settings: ServerSettings<SecretsManagerRequest> = { delay };
  const counts = emptyCounts();
  const server = await startServer<SecretsManagerRequest>({
    port,
    clock,
    keepRequests,
    settings,
    counts,
    describe,
    act,
  });

  function act(request: SecretsManagerRequest, { headers }: IncomingMessage, body: string): Answer {
    const answer = answerAction(request.action, headers.authorization, body);
    answer.headers['x-amzn-RequestId'] = `00000000-0000-4000-8000-${String(request.number).padStart(12, '0')}`;
    return answer;
  }

  function answerAction(action: string, authorization: string | undefined, body: string): Answer {
    if (!authorization?.startsWith('AWS4-HMAC-SHA256 ')) {
      return awsError(400, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
    }
    if (action !== 'secretsmanager.GetSecretValue')
      return awsError(400, 'UnknownOperationException', `Unknown operation ${action}`);
    const request = v.safeParse(GetSecretValueRequest, parseJson(body));
    if (!request.success) return awsError(400, 'InvalidParameterException', request.issues[0].message);
    return getSecretValue(secrets, request.output);
  }

  function existing(name: string): Secret {
    const secret = secrets.get(name);
    if (!secret) throw new Error(`no secret named ${name}`);
    return secret;
  }

  return {
    ...server,
    settings,
    put(name, value) {
      const secret = new Secret(name, clock);
      if (value !== undefined) secret.rotate(value);
      secrets.set(name, secret);
      return secret.arn;
    },
    rotate(name, value) {
      existing(name).rotate(value);
    },
    current(name) {
      const version = existing(name).staged('AWSCURRENT');
      if (typeof version?.value !== 'string') throw new Error(`secret ${name} has no text`);
      return version.value;
    },
    delete(name) {
      existing(name).deleted = true;
    },
  };
}

function describe(request: LoopbackRequest, body: string): SecretsManagerRequest {
  const target = request.headers['x-amz-target'];
  const parsed = v.safeParse(GetSecretValueRequest, parseJson(body));
  const action = typeof target === 'string' ? target : '';
  return { ...request, action, secretId: parsed.success ? parsed.output.SecretId : undefined };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Not JSON: refused by the caller's check of its shape.
  }
}
