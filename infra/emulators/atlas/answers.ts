import { STATUS_CODES } from 'node:http';
import type { Answer, Headers } from '../loopback/answer.ts';

/** An Atlas error (schema ApiError): compact JSON in this order of keys, plain application/json, code repeated in a header. */
export function atlasError(
  status: number,
  errorCode: string,
  detail: string,
  parameters: readonly unknown[] = [],
  headers: Headers = {},
): Answer {
  const body = JSON.stringify({ detail, error: status, errorCode, parameters, reason: STATUS_CODES[status] ?? '' });
  return { status, headers: { ...headers, 'Content-Type': 'application/json', 'X-Error-Code': errorCode }, body };
}

/** An OAuth 2.0 error (RFC 6749, section 5.2), in the order of keys of Atlas's documentation. */
export function oauthError(status: number, error: string, description: string): Answer {
  return {
    status,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ error_description: description, error }),
  };
}

/** 404 for a thing that does not exist; `resource` is a path or a description. */
export function resourceNotFound(resource: string, headers: Headers = {}): Answer {
  return atlasError(404, 'RESOURCE_NOT_FOUND', `Cannot find resource ${resource}.`, [resource], headers);
}

/** A JSON answer of a versioned resource. */
export function versionedJson(status: number, version: string, value: unknown): Answer {
  return { status, headers: versionedType(version), body: JSON.stringify(value) };
}

/** 204: Atlas sends the type even without a body. */
export function noContent(version: string): Answer {
  return { status: 204, headers: versionedType(version) };
}

function versionedType(version: string): Headers {
  return { 'Content-Type': `application/vnd.atlas.${version}+json;charset=utf-8` };
}
