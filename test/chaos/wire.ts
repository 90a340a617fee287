import type { Faults } from '../../infra/emulators/loopback/faults.ts';
import type { LoopbackRequest } from '../../infra/emulators/loopback/request-log.ts';
import type { ServerSettings } from '../../infra/emulators/loopback/server.ts';
import type { VirtualTime } from '../queue/simulation/virtual-time.ts';
import { chanceOf } from './chance.ts';
import { faultFor, type NamedFault } from './faults.ts';
import { type Departure, LockStep, TAG } from './lock-step.ts';
import type { Owner } from './virtual-timers.ts';

/** Milliseconds that a request or an answer is on its way. */
const SHORTEST_WAY = 5;
export const LONGEST_WAY = 40;
const NEVER = new Promise<never>(() => {});

/** What the wire needs to get hold of in a simulator. */
interface Simulator<R extends LoopbackRequest> {
  readonly faults: Faults<R>;
  readonly settings: ServerSettings<R>;
}

/** What was decided about a request when it was made. */
interface Fate extends Departure<Owner> {
  /** Milliseconds. */
  readonly there: number;
  readonly back: number;
  readonly broken: NamedFault | undefined;
}

/**
 * The network between the functions and the simulators: every request and every answer takes its time, one of four is
 * broken, and what a function was told before it was killed it never hears.
 */
export class Wire {
  readonly lockStep: LockStep<Owner>;
  readonly #seed: number;
  readonly #fates = new Map<string, Fate>();
  readonly #occurrences = new Map<string, number>();
  #time: VirtualTime | undefined;
  /** Requests that were made, and those of them that were broken, by what happened to them. */
  requests = 0;
  readonly broken = new Map<string, number>();

  constructor(seed: number) {
    this.#seed = seed;
    this.lockStep = new LockStep((departure) => this.#decide(departure));
  }

  /** Lies between the functions and this simulator from now on. */
  connect<R extends LoopbackRequest>(time: VirtualTime, { faults, settings }: Simulator<R>): void {
    this.#time = time;
    faults.always((request) => {
      const { broken } = this.#fateOf(request);
      if (broken?.held === undefined) return broken?.fault;
      return { ...broken.fault, until: this.#late(request, broken.held) };
    });
    settings.before = (request) => this.#wait(request, 'there');
    settings.after = (request) => this.#wait(request, 'back');
  }

  #decide(departure: Departure<Owner>): void {
    const { tag, kind, target } = departure;
    const occurrence = (this.#occurrences.get(target) ?? 0) + 1;
    this.#occurrences.set(target, occurrence);
    this.requests += 1;
    const way = (which: string) => SHORTEST_WAY + chanceOf(this.#seed, which, tag) * (LONGEST_WAY - SHORTEST_WAY);
    const broken = faultFor(this.#seed, kind, target, occurrence);
    if (broken) this.broken.set(broken.name, (this.broken.get(broken.name) ?? 0) + 1);
    this.#fates.set(tag, { ...departure, there: way('there'), back: way('back'), broken });
  }

  #fateOf({ headers }: LoopbackRequest): Fate {
    const fate = this.#fates.get(`${headers[TAG]}`);
    if (!fate) throw new Error('A request came that no function has made.');
    return fate;
  }

  async #wait(request: LoopbackRequest, which: 'there' | 'back'): Promise<void> {
    const fate = this.#fateOf(request);
    const { tag, owner, broken } = fate;
    this.lockStep.hold(tag);
    await this.#time?.wait(fate[which]);
    if (which === 'there') return;
    this.#fates.delete(tag);
    if (owner.dead) {
      this.lockStep.forget(tag);
      await NEVER;
    }
    if (broken?.held === undefined) this.lockStep.release(tag);
    else if (broken.fault.delivery === 'slow-body') this.lockStep.release(tag, 'head');
  }

  /** When the answer, or the rest of it, may go. */
  async #late(request: LoopbackRequest, seconds: number): Promise<void> {
    const { tag, owner } = this.#fateOf(request);
    await this.#time?.wait(seconds * 1_000);
    if (owner.dead) await NEVER;
    this.lockStep.release(tag);
  }
}
