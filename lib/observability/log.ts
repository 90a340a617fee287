import type { Failure } from '../failures.ts';
import { maskAddresses, maskCredentials, maskParts, mayNeedMask, redact, redactJson } from '../mask.ts';
import type { CancellationRequest } from '../request.ts';
import type { Asked, Checked, Served } from '../served.ts';

/** Writes whole lines. Straight to stdout: Lambda wraps what goes through `console` (its runtime's LogPatch.js). */
export type WriteLines = (lines: string) => void;

const LONGEST_FIELD = 512;

/** Node.js opens it at first use: here, so that it is done while Lambda initialises the function. */
const { stdout } = process;

export const toStdout: WriteLines = (lines) => {
  stdout.write(lines);
};

/** As Lambda's JSON format names them. */
export type Level = 'INFO' | 'WARN' | 'ERROR';

type Fields = Readonly<Record<string, unknown>>;

/** The last second in which a line was written, milliseconds since the epoch, and as text. */
let second = { at: Number.NaN, text: '' };

/** RFC 3339. The text of a second serves all its lines: to make it costs as much as all else that is the same in them. */
function timestamp(at: number): string {
  const milliseconds = Math.trunc(at) % 1_000;
  if (second.at !== at - milliseconds)
    second = { at: at - milliseconds, text: new Date(at).toISOString().slice(0, 20) };
  return `${second.text}${String(milliseconds).padStart(3, '0')}Z`;
}

/**
 * A JSON log line of Lambda's JSON format: it filters by `level` and `timestamp`.
 * @param fields at least one
 * @param begun JSON of an object with at least one field: they come before the others
 */
export function logLine(level: Level, at: number, fields: Fields, begun?: string): string {
  const head = `{"timestamp":"${timestamp(at)}","level":"${level}"${begun ? `,${begun.slice(1, -1)}` : ''}`;
  return `${head},${JSON.stringify(fields).slice(1)}\n`;
}

/**
 * The one line of a request: what was asked, by whom, what came of it, and what it cost.
 * @param begun see {@link beginning}
 */
export function requestLine(served: Served, at: number, begun = beginning(served.asked, served.request)): string {
  const { request, result, failure, trace } = served;
  const { told } = trace;
  const username = result?.username ?? told.username ?? request?.username;
  const fields = {
    message: failure?.name ?? result?.outcome,
    invitationId: result?.invitationId ?? told.invitationId ?? request?.invitationId,
    userId: result?.userId ?? told.userId ?? request?.userId,
    username: username === undefined ? undefined : maskAddresses(username),
    outcome: result?.outcome,
    confirmed: result?.confirmed,
    via: result?.via,
    ended: failure && trace.ended?.outcome,
    unanswered: failure && trace.unanswered,
    ...describe(failure),
    ...cost(served),
  };
  return logLine(levelOf(failure, result?.confirmed), at, fields, begun);
}

/** The one line of a preflight; `check` tells it from a request's. */
export function preflightLine(checked: Checked, at: number): string {
  const { asked, request, result, failure } = checked;
  const fields = {
    message: failure?.name ?? 'preflight_ok',
    check: true,
    credentials: result?.credentials,
    endpoint: result?.endpoint,
    ...describe(failure),
    ...cost(checked),
  };
  return logLine(levelOf(failure), at, fields, beginning(asked, request));
}

function cost({ trace, milliseconds }: Pick<Served, 'trace' | 'milliseconds'>): Record<string, unknown> {
  return {
    atlasStatus: trace.atlasStatus,
    tries: trace.tries,
    secretsRead: trace.secretsRead || undefined,
    renewal: trace.renewalFailure && describe(trace.renewalFailure),
    tokensMinted: trace.tokensMinted || undefined,
    milliseconds,
    atlasMilliseconds: Math.round(trace.atlasMilliseconds),
    upstreamMilliseconds: trace.upstreamMilliseconds,
  };
}

/** What no later try can help with is the caller's matter; what only an operator can mend is an error. */
function levelOf(failure: Failure | undefined, confirmed = true): Level {
  if (failure === undefined) return confirmed ? 'INFO' : 'WARN';
  const { name, retry } = failure;
  return retry && name !== 'AtlasRateLimited' && name !== 'AtlasUnavailable' && name !== 'AtlasTimeout'
    ? 'ERROR'
    : 'WARN';
}

function describe(failure: Failure | undefined): Record<string, unknown> {
  if (failure === undefined) return {};
  const { name, status, errorCode, message, retryAfter, logged, cause } = failure;
  return {
    failure: name,
    status,
    errorCode,
    detail: message,
    retryAfter,
    ...(logged === undefined ? {} : { about: redactJson(logged) }),
    cause:
      cause instanceof Error
        ? redact((name === 'InternalError' && cause.stack) || `${cause.name}: ${cause.message}`)
        : undefined,
  };
}

/** What a line says of a request: what nobody tells otherwise later. */
type Requested = Partial<Pick<CancellationRequest, 'orgId' | 'ifAccepted' | 'dryRun' | 'reason'>>;

/** How a line begins, as JSON: who asked, and for what. Known before the answer, so it can be made while Atlas is waited for. */
export function beginning(asked: Asked, { orgId, ifAccepted, dryRun, reason }: Requested = {}): string {
  const requested = { orgId, ifAccepted, dryRun, reason: reason ? redact(reason) : undefined };
  return orgId === undefined ? callerFields(asked) : joined(callerFields(asked), JSON.stringify(requested));
}

/** The fields of two objects in one. */
function joined(first: string, second: string): string {
  return `${first.slice(0, -1)},${second.slice(1)}`;
}

/** What the event says of the caller, as JSON. It comes from outside; as a rule there is nothing to hide in it. */
function callerFields(asked: Asked): string {
  const json = JSON.stringify(asked);
  if (json.length <= LONGEST_FIELD && !mayNeedMask(json)) return json;
  const shown: Record<string, unknown> = {};
  for (const name of Object.keys(asked)) {
    const value = asked[name];
    shown[name] = typeof value === 'string' ? maskParts(maskCredentials(value)).slice(0, LONGEST_FIELD) : value;
  }
  return JSON.stringify(shown);
}
