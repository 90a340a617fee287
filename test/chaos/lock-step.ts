import { AsyncLocalStorage } from 'node:async_hooks';
import { type ChannelListener, subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Kind } from './faults.ts';

/** The header by which a request is known on both ends of its connection. */
export const TAG = 'x-chaos-request';

/** Turns of the event loop without anything on the network after which nothing more follows by itself. */
const CALM_TURNS = 3;
/** Milliseconds of real time in which something must have moved. */
const PATIENCE = 20_000;

/** What undici publishes of a request (undici docs, "Diagnostics Channel Support"). */
interface UndiciRequest {
  readonly origin: string;
  readonly method: string;
  readonly path: string;
  addHeader(name: string, value: string): void;
}

/** A request that one of the functions makes, at the moment it is made. */
export interface Departure<Owner> {
  readonly tag: string;
  /** Who makes it. */
  readonly owner: Owner;
  readonly kind: Kind;
  /** Method and path. */
  readonly target: string;
}

/**
 * Knows of every request between the functions and the simulators whether it is on the wire or held by a simulator. While
 * one is on the wire, time stands still: so how long real sockets take, and in which order they are served, has no effect.
 * Tells each departure in the order in which the code under test made them, which is the same in each run.
 */
export class LockStep<Owner> {
  readonly #owners = new AsyncLocalStorage<Owner>();
  readonly #depart: (departure: Departure<Owner>) => void;
  readonly #requests = new Map<string, 'flying' | 'head flying' | 'held'>();
  readonly #tags = new WeakMap<object, string>();
  #departed = 0;
  #moves = 0;
  /** Answers of Atlas 401, to credentials that died. */
  unauthorized = 0;

  constructor(depart: (departure: Departure<Owner>) => void) {
    this.#depart = depart;
  }

  /** Whoever is at work now. */
  get owner(): Owner | undefined {
    return this.#owners.getStore();
  }

  /** Runs what a function does, so that all it does later is known to be its own. */
  runAs<T>(owner: Owner, work: () => T): T {
    return this.#owners.run(owner, work);
  }

  /**
   * Listens to the HTTP client of this process. What a request is follows from its origin alone, which whoever sends it
   * can't choose: a request to any other origin ends the run, so that none is taken for one of another kind.
   * @returns ends it
   */
  listen(origins: ReadonlyMap<string, Kind>): () => void {
    const settled = (message: unknown) => this.#settle((message as { request: object }).request);
    const listeners: Record<string, ChannelListener> = {
      'undici:request:create': (message) => {
        const { request } = message as { request: UndiciRequest };
        const tag = this.#begin(request, origins);
        if (tag !== undefined) request.addHeader(TAG, tag);
      },
      'undici:request:headers': (message) => {
        const { request, response } = message as { request: object; response: { statusCode: number } };
        const tag = this.#tags.get(request);
        if (tag !== undefined && response.statusCode === 401) this.unauthorized += 1;
        if (tag !== undefined && this.#requests.get(tag) === 'head flying') this.hold(tag);
      },
      'undici:request:trailers': settled,
      'undici:request:error': settled,
    };
    for (const [name, listener] of Object.entries(listeners)) subscribe(name, listener);
    return () => {
      for (const [name, listener] of Object.entries(listeners)) unsubscribe(name, listener);
    };
  }

  /** A simulator holds the request, and will go on with it when time has passed. */
  hold(tag: string): void {
    if (this.#requests.has(tag)) this.#requests.set(tag, 'held');
    this.#move();
  }

  /** A simulator lets the answer go, or its head and a part of its body. */
  release(tag: string, part: 'whole' | 'head' = 'whole'): void {
    if (this.#requests.has(tag)) this.#requests.set(tag, part === 'whole' ? 'flying' : 'head flying');
    this.#move();
  }

  /** Nobody waits for the answer any more. */
  forget(tag: string): void {
    this.#requests.delete(tag);
  }

  /** Resolves when nothing is on the wire and nothing more follows from what happened last. */
  readonly untilQuiet = async (): Promise<void> => {
    let moves = this.#moves;
    let calm = 0;
    let movedAt = performance.now();
    while (calm < CALM_TURNS) {
      await new Promise(setImmediate);
      const still = moves === this.#moves && !this.#isFlying() && !(calm === CALM_TURNS - 1 && isWorking());
      calm = still ? calm + 1 : 0;
      if (moves !== this.#moves) movedAt = performance.now();
      moves = this.#moves;
      if (performance.now() - movedAt > PATIENCE) throw new Error('The wire does not come to rest.');
    }
  };

  #begin(request: UndiciRequest, origins: ReadonlyMap<string, Kind>): string | undefined {
    const owner = this.owner;
    if (owner === undefined) return undefined;
    const { origin, method, path } = request;
    const kind = origins.get(origin);
    if (kind === undefined) throw new Error(`A request to ${origin}, where no simulator is.`);
    this.#departed += 1;
    const tag = `${this.#departed}`;
    this.#tags.set(request, tag);
    this.#requests.set(tag, 'flying');
    this.#move();
    this.#depart({ tag, owner, kind, target: `${method} ${path}` });
    return tag;
  }

  #settle(request: object): void {
    const tag = this.#tags.get(request);
    if (tag !== undefined) this.#requests.delete(tag);
    this.#move();
  }

  #isFlying(): boolean {
    for (const state of this.#requests.values()) if (state !== 'held') return true;
    return false;
  }

  #move(): void {
    this.#moves += 1;
  }
}

/** Something that is no request but has not ended: a file is read, a connection is opened. */
function isWorking(): boolean {
  return process
    .getActiveResourcesInfo()
    .some((name) => /^(FSReq|GetAddrInfoReq|TCPConnect|Write|Shutdown)/.test(name));
}
