import { STATUS_CODES } from 'node:http';
import { FAILURES } from '../../lib/failures.ts';
import type { JsonSchema } from './json-schema.ts';

const reference = (kind: 'schemas' | 'headers', name: string): JsonSchema => ({ $ref: `#/components/${kind}/${name}` });
const json = (schema: JsonSchema): JsonSchema => ({ 'application/json': { schema } });

/** Atlas's own notices, which are passed on where the path is Atlas's own. */
const NOTICES = ['Deprecation', 'Sunset', 'RateLimit-Limit', 'RateLimit-Remaining'];
/** Statuses that carry Retry-After (RFC 9110 section 10.2.3, RFC 6585 section 4). */
const RETRY_LATER = new Set([429, 503]);
/** What API Gateway itself answers, in words of its own: no credentials, no permission, too many requests, no function. */
const BY_GATEWAY = new Set([401, 403, 404, 429, 500, 503, 504]);

function headers(names: readonly string[]): JsonSchema {
  return Object.fromEntries(names.map((name) => [name, reference('headers', name)]));
}

/** Every status that a failure can have, with the names of the failures that have it. */
function failuresByStatus(): ReadonlyMap<number, readonly string[]> {
  const byStatus = new Map<number, string[]>([...BY_GATEWAY].map((status) => [status, []]));
  const add = (status: number, name: string) => byStatus.set(status, [...(byStatus.get(status) ?? []), name]);
  for (const [name, { status }] of Object.entries(FAILURES)) add(status, name);
  // Atlas says when to come back, or its token endpoint is at a limit.
  for (const name of ['AtlasUnavailable', 'AtlasRateLimited']) add(503, name);
  return new Map([...byStatus].sort(([one], [other]) => one - other));
}

/** A name for the component: the words of the status. */
function nameOf(status: number): string {
  return (STATUS_CODES[status] ?? `${status}`).replaceAll(' ', '');
}

/** All answers that an operation refers to. */
export function responseComponents(): Readonly<Record<string, JsonSchema>> {
  const failures = [...failuresByStatus()].map(([status, names]) => {
    const gateway = BY_GATEWAY.has(status);
    const schemas = [...(names.length > 0 ? ['Error'] : []), ...(gateway ? ['GatewayError'] : [])];
    const response = {
      description: `${[...names, ...(gateway ? ['API Gateway'] : [])].join(', ')}.`,
      headers: headers([...NOTICES, ...(RETRY_LATER.has(status) ? ['Retry-After'] : [])]),
      content: json({ anyOf: schemas.map((name) => reference('schemas', name)) }),
    };
    return [nameOf(status), response] as const;
  });
  return {
    Result: { description: 'What the request came to.', content: json(reference('schemas', 'Result')) },
    ResultOrEnvelope: {
      description: 'What a dry run came to; with envelope, every answer.',
      headers: headers(NOTICES),
      content: json({ anyOf: [reference('schemas', 'Result'), reference('schemas', 'Envelope')] }),
    },
    Done: { description: 'Done: there is no such pending invitation any more.', headers: headers(NOTICES) },
    ...Object.fromEntries(failures),
  };
}

/** The answers of an operation: these successes by status, and all failures. */
export function responses(successes: Readonly<Record<number, string>>): Readonly<Record<string, JsonSchema>> {
  const failures = [...failuresByStatus().keys()].map((status) => [status, nameOf(status)] as const);
  const all = [...Object.entries(successes), ...failures];
  return Object.fromEntries(all.map(([status, name]) => [status, { $ref: `#/components/responses/${name}` }]));
}
