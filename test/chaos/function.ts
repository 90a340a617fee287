import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { Clock } from '../../lib/clock.ts';
import type { Environment } from '../../lib/configuration.ts';
import { createHttpHandler } from '../../lib/http/handler.ts';
import { createQueueDoor } from '../../lib/queue/door.ts';
import type { Sqs } from '../../lib/queue/sqs.ts';
import { Service } from '../../lib/service.ts';
import { createWorkflowDoor } from '../../lib/workflow/door.ts';
import { seeded } from '../queue/simulation/seeded.ts';
import type { VirtualTime } from '../queue/simulation/virtual-time.ts';
import { type DoorAnswer, readAnswer } from '../support/http-door.ts';
import { lambdaContext } from '../support/lambda.ts';
import type { LockStep } from './lock-step.ts';
import type { Owner } from './virtual-timers.ts';

/** Milliseconds that the stack gives each function. */
const QUEUE_MILLISECONDS = 60_000;
const OTHERS_MILLISECONDS = 30_000;
/** Of a mobile application, as Lambda's types want them. */
const NO_CLIENT = { installationId: '', appTitle: '', appVersionName: '', appVersionCode: '', appPackageName: '' };
const NO_ENVIRONMENT = { platformVersion: '', platform: '', make: '', model: '', locale: '' };
const NEVER = new Promise<never>(() => {});

/** What a caller gets from a function that was killed. */
export class Killed extends Error {
  override readonly name = 'Runtime.ExitError';
}

export interface World {
  readonly time: VirtualTime;
  readonly lockStep: LockStep<Owner>;
  readonly environment: Environment;
  readonly sqs: Sqs;
  readonly write: (lines: string) => void;
  readonly seed: number;
}

/**
 * A container of Lambda with all three functions: one {@link Service}, which all its invocations share. When it is killed,
 * nothing that it was about to do happens any more, and nothing that it knew is left; what it had sent is on its way.
 */
export class Container implements Owner {
  readonly random: () => number;
  readonly #world: World;
  readonly #service: Service;
  readonly #queue: ReturnType<typeof createQueueDoor>;
  readonly #http: ReturnType<typeof createHttpHandler>;
  readonly #workflow: ReturnType<typeof createWorkflowDoor>;
  readonly #death = Promise.withResolvers<never>();
  dead = false;
  /** Invocations at work. */
  busy = 0;

  constructor(world: World, number: number) {
    const { environment, write } = world;
    this.#world = world;
    this.random = seeded(world.seed * 1_000 + number);
    this.#death.promise.catch(() => {});
    this.#service = world.lockStep.runAs(
      this,
      () => new Service({ environment, clock: this.#clock(), write: (lines) => this.dead || write(lines) }),
    );
    this.#queue = createQueueDoor(this.#service, { sqs: this.#sqs(), random: this.random });
    this.#http = createHttpHandler(this.#service);
    this.#workflow = createWorkflowDoor(this.#service);
  }

  /** @throws {Killed} */
  queue(Records: readonly SQSRecord[]): Promise<SQSBatchResponse> {
    return this.#invoke(() => this.#queue({ Records }, lambdaContext(QUEUE_MILLISECONDS)));
  }

  /** @throws {Killed} */
  async http(event: unknown): Promise<DoorAnswer> {
    return readAnswer(await this.#invoke(async () => this.#http(event, lambdaContext(OTHERS_MILLISECONDS))));
  }

  /** @throws {Killed} */
  workflow(input: unknown, execution: string): Promise<unknown> {
    const clientContext = { custom: { execution }, client: NO_CLIENT, env: NO_ENVIRONMENT };
    return this.#invoke(() => this.#workflow(input, { ...lambdaContext(OTHERS_MILLISECONDS), clientContext }));
  }

  kill(): void {
    this.dead = true;
    this.#death.reject(new Killed('The function was ended before it could answer.'));
  }

  close(): Promise<void> {
    this.dead = true;
    return this.#service.close();
  }

  async #invoke<T>(work: () => Promise<T>): Promise<T> {
    this.busy += 1;
    try {
      return await Promise.race([this.#world.lockStep.runAs(this, work), this.#death.promise]);
    } finally {
      this.busy -= 1;
    }
  }

  #clock(): Clock {
    const { time } = this.#world;
    return { now: time.now, wait: (milliseconds) => this.#alive(time.wait(milliseconds)) };
  }

  #sqs(): Sqs {
    const { sqs } = this.#world;
    return {
      sendDeadLetters: (...asked) => this.#alive(sqs.sendDeadLetters(...asked)),
      hide: (...asked) => this.#alive(sqs.hide(...asked)),
    };
  }

  /** What comes back to a container, unless it was killed meanwhile. */
  async #alive<T>(outcome: Promise<T>): Promise<T> {
    try {
      return await outcome;
    } finally {
      if (this.dead) await NEVER;
    }
  }
}
