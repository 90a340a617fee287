import type { Clock } from '../clock.ts';
import { Connections } from './connections.ts';

/**
 * All connections of a process, one set for each origin. Only configured or allowed base URLs of Atlas and endpoints of AWS
 * get here: they are few.
 */
export class Network {
  readonly #clock: Clock;
  readonly #most: number | undefined;
  readonly #origins = new Map<string, Connections>();

  /** `most` bounds the connections to one origin. */
  constructor(clock: Clock, most?: number) {
    this.#clock = clock;
    this.#most = most;
  }

  to(origin: string): Connections {
    let connections = this.#origins.get(origin);
    if (!connections) {
      connections = new Connections(origin, this.#clock, this.#most);
      this.#origins.set(origin, connections);
    }
    return connections;
  }

  /** See {@link Connections.close}. */
  async close(): Promise<void> {
    await Promise.all([...this.#origins.values()].map((connections) => connections.close()));
  }
}
