import { type Call, timeout } from '../call.ts';
import type { Clock } from '../clock.ts';
import type { Authorization, Credential, Credentials } from '../credentials/credential.ts';
import { before } from '../deadline.ts';
import { Failure } from '../failures.ts';
import type { Connection } from '../transport/connection.ts';
import type { Network } from '../transport/network.ts';
import type { Verdict } from './judge.ts';
import { retryDelay } from './retry.ts';
import { type AtlasRequest, SHORTEST_TRIP, type Trip, takeTrip } from './trip.ts';

type Judged = Exclude<Verdict, { kind: 'failure' }>;

/** What Atlas said in the end, and whether an earlier answer to the same request was lost after it had left. */
export interface Reply {
  readonly verdict: Judged;
  readonly lostBefore: boolean;
}

/**
 * What a request came to that is sent once. `unsent`: it did not leave, or was refused unheard. `failure`: whether Atlas may
 * have acted all the same is in `lost`.
 */
export type ReplyToOne =
  | { readonly kind: 'unsent' }
  | { readonly kind: 'failure'; readonly failure: Failure; readonly lost: boolean }
  | Judged;

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
   * Sends a request until it is answered, within the deadline and the patience of the call. All operations that are sent so
   * are idempotent, and a request whose answer was lost is sent again. Without a connection of its own, any is used.
   * @throws {Failure} under the names of the failure table
   */
  async send(call: Call, request: AtlasRequest, connection?: Connection): Promise<Reply> {
    let lostBefore = false;
    let credential = this.#credentials.ready(call) ?? (await this.#credentials.current(call));
    let answer: Authorization | undefined;
    for (let tried = 1; ; tried += 1) {
      const trip = await this.#trip(call, request, credential, answer, connection);
      answer = undefined;
      lostBefore ||= trip.lost;
      const { verdict, unauthorized } = trip;
      if (verdict.kind !== 'failure') {
        this.#noteAccepted(call, request, credential, trip);
        return { verdict, lostBefore };
      }
      const { failure } = verdict;
      if (unauthorized) {
        // Neither an answered challenge nor a new credential is a second try: the credentials themselves set the bound.
        tried -= 1;
        answer = trip.authorization.answer(unauthorized);
        if (!answer) credential = await this.#credentials.renew(call, operationOf(request), credential, failure);
        continue;
      }
      // The far side closed a kept-alive connection that seemed open: the caller never notices.
      if (trip.stale && tried === 1) continue;
      const delay = retryDelay(failure, tried, call.retry, call.deadline.remaining() - SHORTEST_TRIP);
      if (delay === undefined) throw failure;
      await this.#clock.wait(delay);
      credential = await this.#credentials.current(call);
    }
  }

  /**
   * Sends a request once, and not after `notAfter` (milliseconds since the epoch), when what it rests on was read too long
   * ago: whoever asks looks again before another try. The credential and an open connection are had before the moment is
   * compared, so that nothing which takes time lies between that and the sending.
   * @throws {Failure} where no credential can be had, or Atlas accepts none: it did not act
   */
  async sendOnce(call: Call, request: AtlasRequest, connection: Connection, notAfter: number): Promise<ReplyToOne> {
    const credential = await this.#credentials.current(call);
    let answer: Authorization | undefined;
    for (;;) {
      if (!connection.isOpen) await before(call.deadline, connection.open(), () => timeout('A connection to Atlas'));
      if (!connection.isOpen) return { kind: 'failure', failure: unreachable(), lost: false };
      if (this.#clock.now() > notAfter) return { kind: 'unsent' };
      const trip = await this.#trip(call, request, credential, answer, connection);
      const { verdict, unauthorized, lost } = trip;
      if (verdict.kind !== 'failure') {
        this.#noteAccepted(call, request, credential, trip);
        return verdict;
      }
      const { failure } = verdict;
      if (!unauthorized) return { kind: 'failure', failure, lost };
      answer = trip.authorization.answer(unauthorized);
      if (answer) continue;
      await this.#credentials.renew(call, operationOf(request), credential, failure);
      return { kind: 'unsent' };
    }
  }

  /** What the credentials for this organization are; they are obtained where there are none. */
  async credentialKind(call: Call): Promise<Credential['kind']> {
    return (await this.#credentials.current(call)).kind;
  }

  /** Runs `work` with one connection of its own, for requests that must follow each other without a gap. */
  async onOneConnection<T>(call: Call, work: (connection: Connection) => Promise<T>): Promise<T> {
    const { baseUrl } = await this.#credentials.current(call);
    return this.#lease(call, baseUrl, work);
  }

  #trip(
    call: Call,
    request: AtlasRequest,
    credential: Credential,
    answer: Authorization | undefined,
    connection: Connection | undefined,
  ): Promise<Trip> {
    const over = (on: Connection) =>
      takeTrip({ call, connection: on, clock: this.#clock }, request, credential, answer);
    if (!connection) return this.#lease(call, credential.baseUrl, over);
    if (connection.origin === credential.baseUrl) return over(connection);
    return Promise.reject(
      new Failure('AtlasUnavailable', 'The credentials have become those of another Atlas meanwhile.'),
    );
  }

  #lease<T>(call: Call, origin: string, work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#network.to(origin).lease(call.deadline, () => timeout('A free connection to Atlas'), work);
  }

  #noteAccepted(call: Call, request: AtlasRequest, credential: Credential, { verdict, authorization }: Trip): void {
    if (verdict.kind !== 'done' && verdict.kind !== 'gone') return;
    authorization.accepted();
    this.#credentials.accepted(call, operationOf(request), credential);
  }
}

/** Whoever sent all the same would wait for the connection with the request in hand. */
function unreachable(): Failure {
  return new Failure('AtlasUnavailable', 'The connection to Atlas could not be opened.');
}

/** What a credential may be accepted for, and refused for, apart from all else. */
function operationOf({ method, resource }: AtlasRequest): string {
  return `${method} ${resource}`;
}
