import type { Clock } from '../clock.ts';
import { before, type Deadline } from '../deadline.ts';
import { type HttpClient, IDLE_MILLISECONDS, type NewClients, newClients } from './client.ts';
import { Connection } from './connection.ts';

/** How the connections to an origin are made, and how many. */
export interface ConnectionsOptions {
  /** The most that are open at once; a request beyond it waits for its turn. @default 50 */
  readonly most?: number | undefined;
  /** @default undici's */
  readonly newClients?: NewClients | undefined;
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
  readonly #open: () => HttpClient;
  #leased = 0;
  #closed = false;

  constructor(origin: string, clock: Clock, { most = 50, newClients: clients = newClients }: ConnectionsOptions = {}) {
    this.#origin = origin;
    this.#clock = clock;
    this.#most = most;
    this.#open = clients(origin);
  }

  /** Runs `work` with a connection of its own and takes it back afterwards. `late` makes the error of a wait too long. */
  lease<T>(deadline: Deadline, late: () => Error, work: (connection: Connection) => Promise<T>): Promise<T> {
    if (this.#leased < this.#most) return this.#use(this.#take(), work);
    return this.#turn(deadline, late).then((connection) => this.#use(connection, work));
  }

  /**
   * {@link lease} without waiting, beyond the bound where it is reached: for what those who hold the other connections may
   * be waiting for themselves.
   */
  leaseNow<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#use(this.#take(), work);
  }

  /** Opens a connection ahead of the first request; see {@link Connection.open}. */
  open(): Promise<void> {
    return this.leaseNow((connection) => connection.open());
  }

  /** Closes every idle connection; those in use are closed when they come back. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#idle.splice(0).map((connection) => connection.close()));
  }

  async #use<T>(connection: Connection, work: (connection: Connection) => Promise<T>): Promise<T> {
    try {
      return await work(connection);
    } finally {
      this.#release(connection);
    }
  }

  /** The connection of somebody else, once it is given back. */
  async #turn(deadline: Deadline, late: () => Error): Promise<Connection> {
    let take: (connection: Connection) => void = () => {};
    const turn = new Promise<Connection>((resolve) => {
      take = resolve;
      this.#waiting.push(take);
    });
    try {
      return await before(deadline, turn, late);
    } catch (error) {
      const place = this.#waiting.indexOf(take);
      if (place >= 0) this.#waiting.splice(place, 1);
      else this.#release(await turn);
      throw error;
    }
  }

  /** An idle connection that can still be trusted, or a new one. */
  #take(): Connection {
    this.#leased += 1;
    const connection = this.#idle.pop();
    if (!connection) return new Connection(this.#origin, this.#open, this.#clock);
    if (this.#clock.now() - connection.idleSince >= IDLE_MILLISECONDS) connection.renew();
    return connection;
  }

  #release(connection: Connection): void {
    connection.idleSince = this.#clock.now();
    const next = this.#leased <= this.#most ? this.#waiting.shift() : undefined;
    if (next) {
      next(connection);
      return;
    }
    this.#leased -= 1;
    if (this.#closed) void connection.close();
    else if (!connection.destroyed) this.#idle.push(connection);
  }
}
