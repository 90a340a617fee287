import type { IncomingHttpHeaders } from 'node:http';
import { type Call, timeout } from '../call.ts';
import type { Clock } from '../clock.ts';
import type { Authorization, Credential } from '../credentials/credential.ts';
import { Failure } from '../failures.ts';
import type { Connection } from '../transport/connection.ts';
import type { Answer, Loss } from '../transport/exchange.ts';
import { USER_AGENT } from '../user-agent.ts';
import { readAtlasError } from './api-error.ts';
import { judge, type Verdict } from './judge.ts';
import { record } from './record.ts';
import type { Resource } from './resource.ts';

/** Milliseconds that one trip may take; Atlas answers a deletion in about 50. */
const TRIP_MILLISECONDS = 10_000;
/** Less is no time for a trip: an answer could not be waited for. */
export const SHORTEST_TRIP = 20;
const MAX_ERROR_BYTES = 64 * 1024;
const MAX_LIST_BYTES = 8 * 1024 * 1024;

/**
 * The one date of each resource (Atlas docs, "Versioned API"): exactly these, since a date that a resource doesn't have is
 * answered 406. Invites exist as 2023-01-01 only; users before 2025-02-19 don't show pending people.
 */
const ACCEPT: Readonly<Record<Resource, string>> = {
  invites: 'application/vnd.atlas.2023-01-01+json',
  users: 'application/vnd.atlas.2025-02-19+json',
};

export interface AtlasRequest {
  readonly resource: Resource;
  readonly method: 'GET' | 'DELETE';
  /** Path with query below `/api/atlas/v2`, every part checked or encoded already. */
  readonly path: string;
}

/** What one sending of a request came to. */
export interface Trip {
  readonly verdict: Verdict;
  readonly authorization: Authorization;
  /** The headers of a 401, which is a challenge to be answered or a refusal; absent with any other answer. */
  readonly unauthorized: IncomingHttpHeaders | undefined;
  /** True where Atlas may have acted and its answer did not arrive. */
  readonly lost: boolean;
  /** True where the far side had closed the kept-alive connection, which seemed open. */
  readonly stale: boolean;
}

/**
 * Sends a request over a connection, once, and judges what comes back. `answer` is what a challenge asked for.
 * @throws {Failure} `AtlasTimeout` where too little time is left to send it
 */
export async function takeTrip(
  { call, connection, clock }: { readonly call: Call; readonly connection: Connection; readonly clock: Clock },
  request: AtlasRequest,
  credential: Credential,
  answer?: Authorization,
): Promise<Trip> {
  const milliseconds = Math.min(TRIP_MILLISECONDS, call.deadline.remaining());
  if (milliseconds < SHORTEST_TRIP) throw timeout('An answer of Atlas');
  const { method, resource } = request;
  const path = `/api/atlas/v2${request.path}`;
  const authorization = answer ?? credential.authorize(method, path);
  const { header } = authorization;
  const headers = {
    accept: ACCEPT[resource],
    'user-agent': USER_AGENT,
    ...(header === undefined ? {} : { authorization: header }),
  };
  const maxBytes = method === 'GET' ? MAX_LIST_BYTES : MAX_ERROR_BYTES;
  const { outcome, reused } = await connection.exchange({ method, path, headers, maxBytes }, milliseconds);
  const now = clock.now();
  record(call.trace, resource, outcome, now - connection.exchangedAt);
  const answered = 'status' in outcome;
  return {
    verdict: answered ? judge(outcome, resource, method === 'GET' ? 200 : 204, now) : lossOf(outcome),
    authorization,
    unauthorized: answered && outcome.status === 401 ? outcome.headers : undefined,
    lost: isLost(outcome),
    stale: !answered && outcome.lost === 'connection' && reused,
  };
}

function lossOf({ lost, cause }: Loss): Verdict {
  const failure =
    lost === 'timeout'
      ? timeout('An answer of Atlas', cause)
      : new Failure('AtlasUnavailable', 'The connection to Atlas failed or broke.', { cause });
  return { kind: 'failure', failure };
}

/**
 * No status line; a gateway's word that it lost the answer of the server behind it (RFC 9110 sections 15.6.3 and 15.6.5), or
 * any 5xx that Atlas did not state itself (Envoy says 503 of a connection that was reset under a request); or a success that
 * is not the one Atlas describes, which is asked for again.
 */
function isLost(outcome: Answer | Loss): boolean {
  if ('lost' in outcome) return outcome.sent;
  const { status } = outcome;
  if (status === 502 || status === 504 || (status >= 200 && status < 300)) return true;
  return status >= 500 && readAtlasError(outcome) === undefined;
}
