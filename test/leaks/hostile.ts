import type { Fault } from '../../infra/emulators/loopback/faults.ts';

/** Statuses that Atlas or something before it might answer with. */
const STATUSES = [200, 201, 204, 302, 400, 401, 402, 403, 404, 405, 406, 409, 410, 418, 429, 500, 502, 503];

/** Bodies that say a text back, in every place that is read. */
const BODIES: ((status: number, text: string) => string)[] = [
  (status, text) => apiError(status, { detail: text }),
  (status, text) => apiError(status, { detail: 'Refused.', parameters: [text, { [text]: [text] }] }),
  (status, text) => apiError(status, { badRequestDetail: { fields: [{ field: text, description: text }] } }),
  (status, text) => apiError(status, { reason: text, errorCode: 'CANNOT_DELETE_LAST_ADMIN' }),
  (status, text) => apiError(status, { detail: text, errorCode: 'IP_ADDRESS_NOT_ON_ACCESS_LIST', parameters: [text] }),
  (status, text) => apiError(status, { detail: text, errorCode: 'INVALID_INVITATION_ID', parameters: [text] }),
  (_, text) => JSON.stringify({ error: 'access_denied', error_description: text }),
  (_, text) => JSON.stringify({ access_token: text, token_type: text, expires_in: text, results: [text] }),
  (_, text) => `<html><body>${text}</body></html>`,
  (_, text) => `{"detail":${JSON.stringify(text)}`,
];

function apiError(status: number, fields: object): string {
  return JSON.stringify({ error: status, errorCode: 'VALIDATION_ERROR', ...fields });
}

/** Every hostile answer that says these texts back: in its body, and in the headers that are read or passed on. */
export function hostileAnswers(texts: readonly string[]): Fault[] {
  // On lines of their own: what is hidden up to the end of its line must not hide the next.
  const text = texts.join('\n');
  const header = texts.join(' ').replace(/[^\x20-\x7e]/g, '?');
  const headers = {
    'Content-Type': 'application/json',
    'Retry-After': header,
    Deprecation: header,
    Sunset: header,
    'RateLimit-Limit': header,
    'RateLimit-Remaining': header,
    'X-Envoy-Upstream-Service-Time': header,
    'WWW-Authenticate': `Digest realm="${header.replace(/["\\]/g, '')}"`,
    Location: `https://example.com/?${encodeURIComponent(text)}`,
  };
  const told = STATUSES.flatMap((status) =>
    status === 204 ? [{ status, headers }] : BODIES.map((body) => ({ status, headers, body: body(status, text) })),
  );
  return [
    ...told,
    { act: false, delivery: 'reset' },
    { act: true, delivery: 'reset' },
    { status: 200, headers, body: text, delivery: 'cut' },
  ];
}
