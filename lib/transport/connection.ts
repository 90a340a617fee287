import type { Clock } from '../clock.ts';
import { Alarm } from './alarm.ts';
import type { HttpClient } from './client.ts';
import { connect } from './connect.ts';
import { type Answer, exchange, type HttpRequest, type Loss } from './exchange.ts';

/** What one exchange came to, and whether the connection had carried an answer before it. */
export interface Exchanged {
  readonly outcome: Answer | Loss;
  readonly reused: boolean;
}

/** One kept-alive HTTP/1.1 connection, in use by one request at a time. */
export class Connection {
  readonly origin: string;
  readonly #open: () => HttpClient;
  readonly #clock: Clock;
  readonly #alarm = new Alarm();
  #client: HttpClient;
  #used = false;
  #exchangedAt = Number.NEGATIVE_INFINITY;
  /** When its last use ended, milliseconds since the epoch. */
  idleSince: number;

  constructor(origin: string, open: () => HttpClient, clock: Clock) {
    this.origin = origin;
    this.#open = open;
    this.#clock = clock;
    this.#client = open();
    this.idleSince = clock.now();
  }

  /** When its last exchange began, milliseconds since the epoch. */
  get exchangedAt(): number {
    return this.#exchangedAt;
  }

  /** True where a request would be written at once, as far as is known on this side. */
  get isOpen(): boolean {
    return !this.destroyed && this.#client.stats.connected;
  }

  get destroyed(): boolean {
    return this.#client.destroyed;
  }

  /**
   * Sends one request and reads the answer: see {@link exchange}. A lost answer ends the connection below; whoever holds
   * this one goes on with a new one in its place.
   */
  async exchange(request: HttpRequest, milliseconds: number): Promise<Exchanged> {
    if (this.destroyed) this.renew();
    const reused = this.#used;
    this.#exchangedAt = this.#clock.now();
    const outcome = await exchange(this.#client, request, milliseconds, this.#alarm);
    this.#used = 'status' in outcome;
    return { outcome, reused };
  }

  /** Opens the connection below without sending anything over it: see {@link connect}. */
  open(): Promise<void> {
    if (this.destroyed) this.renew();
    return connect(this.#client);
  }

  /** Gives up the connection below and takes a new one. */
  renew(): void {
    void this.close();
    this.#client = this.#open();
    this.#used = false;
  }

  /** Settles when the connection below is closed. */
  close(): Promise<void> {
    return this.#client.destroy();
  }
}
