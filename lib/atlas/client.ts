import { type Call, timeout } from '../call.ts';
import type { Clock } from '../clock.ts';
import type { Authorization, Credential, Credentials } from '../credentials/credential.ts';
import { Failure, toFailure } from '../failures.ts';
import type { Connection, Exchanged } from '../transport/connection.ts';
import type { Answer, Loss } from '../transport/exchange.ts';
import type { Network } from '../transport/network.ts';
import { USER_AGENT } from '../user-agent.ts';
import { judge, type Verdict } from './judge.ts';
import { record } from './record.ts';
import type { Resource } from './resource.ts';
import { retryDelay } from './retry.ts';

/** Milliseconds that one try may take; Atlas answers a deletion in about 50. */
const TRY_MILLISECONDS = 10_000;
/** Less is no time for a try: an answer could not be waited for. */
const SHORTEST_TRY = 20;
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
  /** Send it once only, and with the credential at hand: whoever asked must look again before another try. */
  readonly once?: boolean;
  /** The connection to use; any, where absent. */
  readonly connection?: Connection;
}

/** What Atlas said in the end, and whether an earlier answer to the same request was lost after it had left. */
export interface Reply {
  readonly verdict: Exclude<Verdict, { kind: 'failure' }>;
  readonly lostBefore: boolean;
}

/** Sends requests to the Atlas Administration API and judges the answers. */
export class AtlasClient {
  readonly #network: Network;
  readonly #credentials: Credentials;
  readonly #clock: Clock;

  constructor(network: Network, credentials: Credentials, clock: Clock) {
    this.#network = network;
    this.#credentials = credentials;
    this.#clock = clock;
  }

  /**
   * Sends a request until it is answered, within the deadline and the patience of the call. All operations used here are
   * idempotent, so a request whose answer was lost is sent again.
   * @throws {Failure} under the names of the failure table
   */
  async send(call: Call, request: AtlasRequest): Promise<Reply> {
    let lostBefore = false;
    let credential = await this.#credentials.current(call);
    let answer: Authorization | undefined;
    for (let tried = 1; ; tried += 1) {
      const { outcome, reused, authorization } = await this.#try(call, request, credential, answer);
      answer = undefined;
      const stale = 'lost' in outcome && outcome.lost === 'connection' && reused;
      lostBefore ||= isLost(outcome);
      const verdict = this.#judge(request, outcome);
      if (verdict.kind !== 'failure') {
        if (verdict.kind === 'done' || verdict.kind === 'gone') {
          authorization.accepted();
          this.#credentials.accepted(call, `${request.method} ${request.resource}`, credential);
        }
        return { verdict, lostBefore };
      }
      const { failure } = verdict;
      if ('status' in outcome && outcome.status === 401) {
        // Neither an answered challenge nor a new credential is a second try: the credentials themselves set the bound.
        tried -= 1;
        answer = authorization.answer(outcome.headers);
        if (answer) continue;
        credential = await this.#renew(call, request, credential, failure);
        continue;
      }
      if (request.once) throw failure;
      // The far side closed a kept-alive connection that seemed open: the caller never notices.
      if (stale && tried === 1) continue;
      const delay = retryDelay(failure, tried, call.retry, call.deadline.remaining() - SHORTEST_TRY);
      if (delay === undefined) throw failure;
      await this.#clock.wait(delay);
      credential = await this.#credentials.current(call);
    }
  }

  /** What the credentials for this organization are; they are obtained where there are none. */
  async credentialKind(call: Call): Promise<Credential['kind']> {
    return (await this.#credentials.current(call)).kind;
  }

  /** Runs `work` with one connection of its own, for requests that must follow each other without a gap. */
  async onOneConnection<T>(call: Call, work: (connection: Connection) => Promise<T>): Promise<T> {
    const { baseUrl } = await this.#credentials.current(call);
    return this.#network.to(baseUrl).lease(call.deadline, () => timeout('A free connection to Atlas'), work);
  }

  /** Another credential. A request that is sent once fails by its 401 all the same: whoever asked must look again first. */
  async #renew(
    call: Call,
    { method, resource, once }: AtlasRequest,
    refused: Credential,
    refusal: Failure,
  ): Promise<Credential> {
    const renewed = this.#credentials.renew(call, `${method} ${resource}`, refused, refusal);
    if (!once) return renewed;
    await renewed.catch((error: unknown) => {
      if (error !== refusal) call.trace.renewalFailure = toFailure(error);
    });
    throw refusal;
  }

  async #try(
    call: Call,
    request: AtlasRequest,
    credential: Credential,
    answer: Authorization | undefined,
  ): Promise<Exchanged & { readonly authorization: Authorization }> {
    const use = async (connection: Connection) => {
      const milliseconds = Math.min(TRY_MILLISECONDS, call.deadline.remaining());
      if (milliseconds < SHORTEST_TRY) throw timeout('An answer of Atlas');
      const path = `/api/atlas/v2${request.path}`;
      const authorization = answer ?? credential.authorize(request.method, path);
      const { header } = authorization;
      const startedAt = this.#clock.now();
      const exchanged = await connection.exchange(
        {
          method: request.method,
          path,
          headers: {
            accept: ACCEPT[request.resource],
            'user-agent': USER_AGENT,
            ...(header === undefined ? {} : { authorization: header }),
          },
          maxBytes: request.method === 'GET' ? MAX_LIST_BYTES : MAX_ERROR_BYTES,
        },
        milliseconds,
      );
      record(call.trace, request.resource, exchanged.outcome, this.#clock.now() - startedAt);
      return { ...exchanged, authorization };
    };
    if (request.connection) return use(request.connection);
    return this.#network.to(credential.baseUrl).lease(call.deadline, () => timeout('A free connection to Atlas'), use);
  }

  #judge(request: AtlasRequest, outcome: Answer | Loss): Verdict {
    if ('status' in outcome)
      return judge(outcome, request.resource, request.method === 'GET' ? 200 : 204, this.#clock.now());
    const failure =
      outcome.lost === 'timeout'
        ? timeout('An answer of Atlas', outcome.cause)
        : new Failure('AtlasUnavailable', 'The connection to Atlas failed or broke.', { cause: outcome.cause });
    return { kind: 'failure', failure };
  }
}

/**
 * True where Atlas may have acted and its answer did not arrive: no status line, or a gateway's word that it lost the
 * answer of the server behind it (RFC 9110 sections 15.6.3 and 15.6.5).
 */
function isLost(outcome: Answer | Loss): boolean {
  return 'lost' in outcome ? outcome.sent : outcome.status === 502 || outcome.status === 504;
}
