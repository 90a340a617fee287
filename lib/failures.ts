import type { Resource } from './atlas/resource.ts';
import { redact, redactJson } from './mask.ts';

/**
 * Every way in which a request can fail, said once for all doors: the HTTP status of the answer, and whether trying
 * again later can help. A queue message that no later try can help goes to the dead-letter queue.
 */
export const FAILURES = {
  InvalidRequest: { status: 400, retry: false },
  InvitationNotFound: { status: 404, retry: false },
  InvitationAccepted: { status: 409, retry: false },
  NotFound: { status: 404, retry: false },
  Forbidden: { status: 403, retry: false },
  InvitationApiSunset: { status: 410, retry: false },
  AtlasUnauthorized: { status: 502, retry: true },
  AtlasAccessListBlocked: { status: 502, retry: true },
  AtlasRateLimited: { status: 429, retry: true },
  AtlasUnavailable: { status: 502, retry: true },
  AtlasTimeout: { status: 504, retry: true },
  CredentialsUnavailable: { status: 503, retry: true },
  CredentialsInvalid: { status: 500, retry: true },
  InternalError: { status: 500, retry: true },
} as const satisfies Record<string, { status: number; retry: boolean }>;

export type FailureName = keyof typeof FAILURES;

/** A field of the request that was refused, in the form of Atlas's `badRequestDetail`. */
export interface RefusedField {
  readonly field: string;
  readonly description: string;
}

export interface FailureDetails {
  /** Atlas's own code where Atlas gave one; otherwise the name of the failure in UPPER_SNAKE. */
  readonly errorCode?: string | undefined;
  /** The HTTP status that Atlas answered with; absent where no answer came. */
  readonly atlasStatus?: number | undefined;
  /** Seconds after which another try makes sense. */
  readonly retryAfter?: number | undefined;
  /** The resource of Atlas whose bucket was empty; absent where it was another limit, such as the token endpoint's. */
  readonly limited?: Resource | undefined;
  readonly parameters?: readonly unknown[] | undefined;
  readonly fields?: readonly RefusedField[] | undefined;
  /** HTTP status of our answer where it is not the one of the table. */
  readonly status?: number | undefined;
  /** What only the log line says, such as the name of the secret. */
  readonly logged?: Readonly<Record<string, unknown>> | undefined;
  readonly cause?: unknown;
}

/**
 * A request that failed, under a name of {@link FAILURES}. The name is data, not the class's own name: Step Functions
 * matches on it, and a minifier renames classes (aws-lambda-nodejs-runtime-interface-client, src/Errors.js: `errorType`
 * is `error.name`). Addresses and credentials are hidden here, so that nothing written from a failure can carry one.
 */
export class Failure extends Error {
  override readonly name: FailureName;
  readonly status: number;
  readonly errorCode: string;
  readonly atlasStatus: number | undefined;
  readonly retryAfter: number | undefined;
  readonly limited: Resource | undefined;
  readonly parameters: readonly unknown[] | undefined;
  readonly fields: readonly RefusedField[] | undefined;
  readonly logged: Readonly<Record<string, unknown>> | undefined;

  constructor(name: FailureName, detail: string, details: FailureDetails = {}) {
    super(redact(detail), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = name;
    this.errorCode = details.errorCode ?? upperSnake(name);
    this.atlasStatus = details.atlasStatus;
    this.retryAfter = details.retryAfter;
    this.limited = details.limited;
    this.parameters = details.parameters?.map((parameter) => redactJson(parameter));
    this.fields = details.fields?.map(({ field, description }) => ({
      field: redact(field),
      description: redact(description),
    }));
    this.logged = details.logged;
    this.status = details.status ?? statusOf(name, details.retryAfter);
  }

  /** True where the same request may succeed later without a change to it. */
  get retry(): boolean {
    return FAILURES[this.name].retry;
  }
}

/** A 503 is the one 5xx status that RFC 9110 (section 10.2.3) pairs with Retry-After. */
function statusOf(name: FailureName, retryAfter: number | undefined): number {
  return name === 'AtlasUnavailable' && retryAfter !== undefined ? 503 : FAILURES[name].status;
}

function upperSnake(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}

/** Any thrown value as a failure: what is not one of ours is a bug of ours, kept as the cause and never shown. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  return new Failure('InternalError', 'The request failed for a reason inside this function.', { cause: thrown });
}
