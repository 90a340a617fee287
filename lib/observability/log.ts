import type { Failure } from '../failures.ts';
import { maskAddresses, maskCredentials, redact, redactJson } from '../mask.ts';
import type { Asked, Served } from '../served.ts';

/** Writes whole lines. Straight to stdout: Lambda wraps what goes through `console` (its runtime's LogPatch.js). */
export type WriteLines = (lines: string) => void;

export const toStdout: WriteLines = (lines) => {
  process.stdout.write(lines);
};

/** A JSON log line of Lambda's JSON format: it filters by `level` and `timestamp`. */
export function logLine(
  level: 'INFO' | 'WARN' | 'ERROR',
  at: number,
  fields: Readonly<Record<string, unknown>>,
): string {
  return `${JSON.stringify({ timestamp: new Date(at).toISOString(), level, ...fields })}\n`;
}

/** The one line of a request: what was asked, by whom, what came of it, and what it cost. */
export function requestLine(served: Served, at: number): string {
  const { asked, request, result, failure, trace, milliseconds } = served;
  const username = result?.username ?? request?.username;
  return logLine(failure === undefined ? (result?.confirmed === false ? 'WARN' : 'INFO') : levelOf(failure), at, {
    message: failure === undefined ? result?.outcome : failure.name,
    ...printable(asked),
    orgId: result?.orgId ?? request?.orgId,
    invitationId: result?.invitationId ?? request?.invitationId,
    userId: result?.userId ?? request?.userId,
    username: username === undefined ? undefined : maskAddresses(username),
    ifAccepted: request?.ifAccepted,
    dryRun: request?.dryRun,
    reason: request?.reason === undefined ? undefined : redact(request.reason),
    outcome: result?.outcome,
    confirmed: result?.confirmed,
    via: result?.via,
    ...(failure === undefined ? {} : describe(failure)),
    atlasStatus: trace.atlasStatus,
    tries: trace.tries,
    secretsRead: trace.secretsRead || undefined,
    tokensMinted: trace.tokensMinted || undefined,
    milliseconds,
    atlasMilliseconds: Math.round(trace.atlasMilliseconds),
    upstreamMilliseconds: trace.upstreamMilliseconds,
  });
}

/** What no later try can help with is the caller's matter; what only an operator can mend is an error. */
function levelOf({ name, retry }: Failure): 'WARN' | 'ERROR' {
  return retry && name !== 'AtlasRateLimited' && name !== 'AtlasUnavailable' && name !== 'AtlasTimeout'
    ? 'ERROR'
    : 'WARN';
}

function describe(failure: Failure): Record<string, unknown> {
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

/**
 * What the event says of the caller comes from outside. Session names of assumed roles are often e-mail addresses: the
 * parts of an ARN are masked one by one, so that the role stays.
 */
function printable(asked: Asked): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(asked).map(([name, value]) => [
      name,
      typeof value === 'string' ? maskCredentials(value.slice(0, 512)).split('/').map(maskAddresses).join('/') : value,
    ]),
  );
}
