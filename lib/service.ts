import type { RetryPolicy } from './atlas/retry.ts';
import type { Call } from './call.ts';
import { cancel } from './cancellation/cancellation.ts';
import type { SharedLists } from './cancellation/shared-lists.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Environment } from './configuration.ts';
import type { ReadSecret } from './credentials/secret-reader.ts';
import type { Deadline } from './deadline.ts';
import { type Deployed, deploy } from './deployment.ts';
import { type Failure, toFailure } from './failures.ts';
import { Journal } from './observability/journal.ts';
import { beginning, toStdout, type WriteLines } from './observability/log.ts';
import { serviceName } from './observability/metrics.ts';
import { preflight } from './preflight/preflight.ts';
import { parsePreflight } from './preflight/request.ts';
import { isInitialisation, prepare } from './preparation.ts';
import { parseRequest } from './request.ts';
import type { Asked, Checked, Ended, Served } from './served.ts';
import { newTrace } from './trace.ts';
import { Network } from './transport/network.ts';

export interface Limits {
  readonly deadline: Deadline;
  readonly retry: RetryPolicy;
  /** Shared by the requests of one batch. */
  readonly lists?: SharedLists;
}

/** The edges of a service, each with its default for production. */
export interface Edges {
  readonly environment?: Environment;
  readonly clock?: Clock;
  readonly write?: WriteLines;
  readonly readSecret?: ReadSecret;
  readonly network?: Network;
}

/** Everything behind the doors: one for a process, shared by all its requests. */
export class Service {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly #network: Network;
  readonly #initialising: boolean;
  /** The configuration's failure, where it is malformed: every request meets it, and nothing is sent. */
  readonly #deployment: Deployed | Failure;

  constructor({
    environment = process.env,
    clock = systemClock,
    write = toStdout,
    readSecret,
    network = new Network(clock),
  }: Edges = {}) {
    this.clock = clock;
    this.journal = new Journal(clock, write, serviceName(environment['AWS_LAMBDA_FUNCTION_NAME']));
    this.#network = network;
    this.#initialising = isInitialisation(environment);
    this.#deployment = this.#deploy(environment, readSecret);
  }

  /**
   * Uses the time in which Lambda initialises the function: see {@link prepare}. Elsewhere it does nothing. Never rejects.
   * @param rehearse see {@link prepare}; nothing, where there is nothing to rehearse
   */
  async ready(rehearse: () => Promise<unknown> = async () => {}): Promise<this> {
    const network = this.#network;
    if (this.#initialising && 'operations' in this.#deployment)
      await prepare({ ...this.#deployment, network, rehearse });
    return this;
  }

  /** Serves one request and writes its log line and its metrics. Never rejects. */
  async serve(asked: Asked, limits: Limits, read: () => unknown): Promise<Served> {
    let begun: string | undefined;
    let beginningLater: NodeJS.Immediate | undefined;
    const parse = () => parseRequest(read());
    const served = await this.#run(asked, limits, parse, (request, call) => {
      const result = cancel({ ...this.deployment, request, call, lists: limits.lists });
      // Over a connection that was used before undici sends in the event loop's next check phase (client-h1.js,
      // scheduleIdleSocketValidation): what is put into words after that takes no time, since Atlas is waited for.
      beginningLater = setImmediate(() => {
        begun = beginning(asked, request);
      });
      return result;
    });
    clearImmediate(beginningLater);
    this.journal.served(served, begun);
    return served;
  }

  /** Serves one preflight and writes its log line and its metrics. Never rejects. */
  async check(asked: Asked, limits: Limits, read: () => unknown): Promise<Checked> {
    const parse = () => parsePreflight(read());
    const checked = await this.#run(asked, limits, parse, (_, call) => {
      const { freshOperations, ...deployment } = this.deployment;
      return preflight({ ...deployment, operations: freshOperations(), call });
    });
    this.journal.checked(checked);
    return checked;
  }

  /**
   * The configuration and what was built from it.
   * @throws {Failure} `InternalError`, where the configuration is malformed
   */
  get deployment(): Deployed {
    if ('operations' in this.#deployment) return this.#deployment;
    throw this.#deployment;
  }

  /** Closes the idle connections, so that a process can end. */
  close(): Promise<void> {
    return this.#network.close();
  }

  async #run<Request extends { readonly orgId: string }, Result>(
    asked: Asked,
    { deadline, retry }: Limits,
    parse: () => Request,
    work: (request: Request, call: Call) => Promise<Result>,
  ): Promise<Ended<Request, Result>> {
    const startedAt = this.clock.now();
    const trace = newTrace();
    const ended = { asked, trace };
    const milliseconds = () => this.clock.now() - startedAt;
    let request: Request | undefined;
    try {
      request = parse();
      const result = await work(request, { orgId: request.orgId, deadline, retry, trace });
      return { ...ended, request, result, milliseconds: milliseconds() };
    } catch (error) {
      const known = request === undefined ? {} : { request };
      return { ...ended, ...known, failure: toFailure(error), milliseconds: milliseconds() };
    }
  }

  #deploy(environment: Environment, readSecret: ReadSecret | undefined): Deployed | Failure {
    try {
      const deployed = deploy({ environment, readSecret, clock: this.clock, network: this.#network });
      if (deployed.configuration.environmentCredentials && environment['AWS_LAMBDA_FUNCTION_NAME']) {
        const message =
          'The Atlas credentials come from the environment. Put them into Secrets Manager and set ATLAS_SECRET_ID.';
        this.journal.note('WARN', { message });
      }
      return deployed;
    } catch (error) {
      return toFailure(error);
    }
  }
}
