import { STATUS_CODES } from 'node:http';
import type { Result } from '../cancellation/result.ts';
import { Failure } from '../failures.ts';
import type { Presentation } from './routes.ts';

/** An answer that API Gateway takes for payload 2.0 and 1.0 alike. */
export interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** A failure in the form that `@middy/http-error-handler` answers; `expose` makes it answer 5xx by more than a bare 500. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly expose = true;

  constructor(statusCode: number, body: string, headers: Record<string, string>) {
    super(body);
    this.statusCode = statusCode;
    this.headers = headers;
  }
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** The answer to a success: 204 without a body (RFC 9110 section 15.3.5), or 200 with the result where one was asked for. */
export function success(
  result: Result | undefined,
  presentation: Presentation,
  headers: Record<string, string>,
): HttpResponse {
  const status = result === undefined ? 204 : 200;
  if (!presentation.envelope && result === undefined) return { statusCode: status, headers };
  const body = presentation.envelope ? { status, ...(result === undefined ? {} : { content: result }) } : result;
  return { statusCode: 200, headers: { ...headers, ...JSON_TYPE }, body: json(body, presentation) };
}

/** The answer to a failure: Atlas's own error schema, so that what reads Atlas reads us, and our request id. */
export function failed(
  failure: Failure,
  presentation: Presentation,
  requestId: string | undefined,
  notices: Record<string, string>,
): HttpError {
  const { status } = failure;
  const error = errorBody(failure, requestId);
  const headers: Record<string, string> = {
    ...notices,
    ...(failure.retryAfter !== undefined && RETRY_LATER.has(status)
      ? { 'retry-after': String(failure.retryAfter) }
      : {}),
  };
  return presentation.envelope
    ? new HttpError(200, json({ status, content: error }, presentation), headers)
    : new HttpError(status, json(error, presentation), headers);
}

/** Statuses that carry Retry-After (RFC 9110 section 10.2.3, RFC 6585 section 4). */
const RETRY_LATER = new Set([429, 503]);

/** Atlas Administration API, schema ApiError. */
function errorBody({ name, status, errorCode, message, parameters, fields }: Failure, requestId: string | undefined) {
  return {
    error: status,
    errorCode,
    ...(name === 'InternalError' ? {} : { detail: message }),
    reason: STATUS_CODES[status],
    parameters: parameters ?? [],
    ...(fields === undefined ? {} : { badRequestDetail: { fields } }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** The body of the answer to what the door itself could not make an {@link HttpError} of. */
export const UNEXPECTED_BODY = JSON.stringify(errorBody(new Failure('InternalError', ''), undefined));

function json(value: unknown, { pretty }: Presentation): string {
  return JSON.stringify(value, undefined, pretty ? 2 : undefined);
}
