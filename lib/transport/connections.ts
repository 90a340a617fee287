import type { Clock } from '../clock.ts';
import { before, type Deadline } from '../deadline.ts';
import { buildConnector, Client, type Connector } from './undici.ts';

/**
 * Kept-alive sockets idle for longer are not used again. The bound is on wall time: Lambda freezes the process between
 * invocations, timers stand still, and the far side closes meanwhile.
 */
const IDLE_MILLISECONDS = 4_000;
const CONNECT_MILLISECONDS = 5_000;

/** One kept-alive HTTP/1.1 connection, in use by one request at a time. */
export interface Connection {
  readonly client: Client;
  /** True once an answer came over it: a reset then most likely means that the far side had closed it. */
  used: boolean;
  idleSince: number;
}

/**
 * The kept-alive connections to one origin, shared by everything a process sends there. They are leased rather than
 * pooled blindly, so that two requests that belong together go over one connection, one directly after the other.
 */
export class Connections {
  readonly #origin: string;
  readonly #clock: Clock;
  readonly #most: number;
  readonly #idle: Connection[] = [];
  readonly #waiting: ((connection: Connection) => void)[] = [];
  readonly #connect: Connector;
  #leased = 0;

  /** `most` bounds the connections open at once; a request beyond it waits for its turn. */
  constructor(origin: string, clock: Clock, most = 50) {
    this.#origin = origin;
    this.#clock = clock;
    this.#most = most;
    // Shared by all clients, so that a new connection resumes the TLS session of an earlier one. Verification is stated,
    // so that NODE_TLS_REJECT_UNAUTHORIZED can't switch it off.
    this.#connect = buildConnector({ allowH2: false, timeout: CONNECT_MILLISECONDS, rejectUnauthorized: true });
  }

  /** Runs `work` with a connection of its own and takes it back afterwards. `late` makes the error of a wait too long. */
  async lease<T>(deadline: Deadline, late: () => Error, work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.#acquire(deadline, late);
    try {
      return await work(connection);
    } finally {
      this.#release(connection);
    }
  }

  /** Closes every idle connection; those in use are closed when they come back. */
  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map(({ client }) => client.destroy()));
  }

  async #acquire(deadline: Deadline, late: () => Error): Promise<Connection> {
    if (this.#leased < this.#most) {
      this.#leased += 1;
      return this.#fresh(this.#idle.pop());
    }
    let take: (connection: Connection) => void = () => {};
    const turn = new Promise<Connection>((resolve) => {
      take = resolve;
      this.#waiting.push(take);
    });
    try {
      return this.#fresh(await before(deadline, turn, late));
    } catch (error) {
      const place = this.#waiting.indexOf(take);
      if (place >= 0) this.#waiting.splice(place, 1);
      else this.#release(await turn);
      throw error;
    }
  }

  #release(connection: Connection): void {
    connection.idleSince = this.#clock.now();
    const next = this.#waiting.shift();
    if (next) {
      next(connection);
      return;
    }
    this.#leased -= 1;
    if (!connection.client.destroyed) this.#idle.push(connection);
  }

  /** The connection itself where it can still be trusted, else a new one in its place. */
  #fresh(connection: Connection | undefined): Connection {
    const now = this.#clock.now();
    if (connection && !connection.client.destroyed) {
      if (now - connection.idleSince < IDLE_MILLISECONDS) return connection;
      connection.client.destroy(null, () => {});
    }
    const client = new Client(this.#origin, {
      connect: this.#connect,
      keepAliveTimeout: IDLE_MILLISECONDS,
      // The deadline of each exchange stands in for undici's own timers.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    return { client, used: false, idleSince: now };
  }
}
