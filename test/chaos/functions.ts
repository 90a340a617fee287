import { pick } from './chance.ts';
import { Container, type World } from './function.ts';

/** Containers at work at once: on the queue, and behind the HTTP API and the workflow together. */
const SIZES = { queue: 3, api: 2 } as const;
export type Pool = keyof typeof SIZES;

/** Milliseconds between two looks for a container that is at work. */
const STEP = 37;
/** No kill is planned for later than this part of the time in which work comes. */
const LAST_KILL = 0.8;

/** All containers; each one that is killed is followed by a new one, which knows nothing. */
export class Functions {
  readonly #world: World;
  readonly #pools: Record<Pool, Container[]>;
  readonly #all: Container[] = [];
  killed = 0;
  /** Invocations that were under way when their container was killed. */
  abandoned = 0;

  constructor(world: World) {
    this.#world = world;
    const start = (pool: Pool) => Array.from({ length: SIZES[pool] }, () => this.#start());
    this.#pools = { queue: start('queue'), api: start('api') };
  }

  /** How many there have been. */
  get started(): number {
    return this.#all.length;
  }

  size(pool: Pool): number {
    return SIZES[pool];
  }

  any(pool: Pool, chance: number): Container {
    return pick(this.#pools[pool], chance);
  }

  /** One that does nothing; there are as many as there are pollers. */
  idle(pool: Pool, chance: number): Container {
    return pick(
      this.#pools[pool].filter(({ busy }) => busy === 0),
      chance,
    );
  }

  /**
   * Kills so many in the middle of their work, over this time in milliseconds: each in a part of its own, and all while there
   * is more work to come, so that there is one to kill however the work falls.
   */
  async die(kills: number, span: number, random: () => number): Promise<void> {
    const { time } = this.#world;
    const startedAt = time.now();
    for (let number = 0; number < kills; number += 1) {
      const moment = startedAt + LAST_KILL * span * ((number + random()) / kills);
      await time.wait(Math.max(0, moment - time.now()));
      while (!this.#killOne(random) && time.now() < startedAt + span) await time.wait(STEP * (0.5 + random()));
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((container) => container.close()));
  }

  #start(): Container {
    const container = new Container(this.#world, this.#all.length);
    this.#all.push(container);
    return container;
  }

  /** False where the pool that chance has chosen is idle. */
  #killOne(random: () => number): boolean {
    const pool = random() < 0.7 ? 'queue' : 'api';
    const victims = this.#pools[pool].filter(({ busy }) => busy > 0);
    if (victims.length === 0) return false;
    const victim = pick(victims, random());
    this.killed += 1;
    this.abandoned += victim.busy;
    victim.kill();
    this.#pools[pool] = this.#pools[pool].map((container) => (container === victim ? this.#start() : container));
    return true;
  }
}
