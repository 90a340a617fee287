import type { Clock } from '../clock.ts';
import { Connections, type ConnectionsOptions } from './connections.ts';

/**
 * All connections of a process, one set for each origin. Only configured or allowed base URLs of Atlas and endpoints of AWS
 * get here: they are few.
 */
export class Network {
  readonly #clock: Clock;
  readonly #options: ConnectionsOptions;
  readonly #origins = new Map<string, Connections>();

  /** `options` are those of each set. */
  constructor(clock: Clock, options: ConnectionsOptions = {}) {
    this.#clock = clock;
    this.#options = options;
  }

  to(origin: string): Connections {
    let connections = this.#origins.get(origin);
    if (!connections) {
      connections = new Connections(origin, this.#clock, this.#options);
      this.#origins.set(origin, connections);
    }
    return connections;
  }

  /** See {@link Connections.close}. */
  async close(): Promise<void> {
    await Promise.all([...this.#origins.values()].map((connections) => connections.close()));
  }
}
