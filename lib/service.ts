import { AtlasClient } from './atlas/client.ts';
import { AtlasOperations } from './atlas/operations.ts';
import type { RetryPolicy } from './atlas/retry.ts';
import { cancel } from './cancellation/cancellation.ts';
import type { Deployment } from './cancellation/context.ts';
import type { Result } from './cancellation/result.ts';
import { SunsetMemory } from './cancellation/sunset.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Configuration, DEFAULT_BASE_URL, type Environment, readConfiguration } from './configuration.ts';
import { CredentialStore } from './credentials/credential-store.ts';
import { type ReadSecret, secretsManagerReader } from './credentials/secret-reader.ts';
import type { Deadline } from './deadline.ts';
import { type Failure, toFailure } from './failures.ts';
import { logLine, requestLine, toStdout, type WriteLines } from './observability/log.ts';
import { metricLine, requestMetrics, serviceName } from './observability/metrics.ts';
import { type CancellationRequest, parseRequest } from './request.ts';
import type { Asked, Served } from './served.ts';
import { newTrace } from './trace.ts';
import { Network } from './transport/network.ts';

export interface Limits {
  readonly deadline: Deadline;
  readonly retry: RetryPolicy;
}

/** The edges of a service, each with its default for production. */
export interface Edges {
  readonly environment?: Environment;
  readonly clock?: Clock;
  readonly write?: WriteLines;
  readonly readSecret?: ReadSecret;
}

/** Everything behind the doors: one for a process, shared by all its requests. */
export class Service {
  readonly clock: Clock;
  readonly #write: WriteLines;
  readonly #name: string;
  readonly #network: Network;
  /** The configuration's failure, where it is malformed: every request meets it, and nothing is sent. */
  readonly #deployment: Deployment | Failure;

  constructor({ environment = process.env, clock = systemClock, write = toStdout, readSecret }: Edges = {}) {
    this.clock = clock;
    this.#write = write;
    this.#name = serviceName(environment['AWS_LAMBDA_FUNCTION_NAME']);
    this.#network = new Network(clock);
    this.#deployment = this.#deploy(environment, readSecret);
  }

  /** Serves one request and writes its log line and its metrics. Never rejects. */
  async serve(asked: Asked, { deadline, retry }: Limits, read: () => unknown): Promise<Served> {
    const startedAt = this.clock.now();
    const trace = newTrace();
    let request: CancellationRequest | undefined;
    const served = (ended: { result: Result } | { failure: Failure }): Served => ({
      asked,
      ...(request === undefined ? {} : { request }),
      ...ended,
      trace,
      milliseconds: this.clock.now() - startedAt,
    });
    try {
      request = parseRequest(read());
      const call = { orgId: request.orgId, deadline, retry, trace };
      return this.#report(served({ result: await cancel({ ...this.deployment, request, call }) }));
    } catch (error) {
      return this.#report(served({ failure: toFailure(error) }));
    }
  }

  /**
   * The configuration and what was built from it.
   * @throws {Failure} `InternalError`, where the configuration is malformed
   */
  get deployment(): Deployment {
    if ('operations' in this.#deployment) return this.#deployment;
    throw this.#deployment;
  }

  /** Closes the idle connections, so that a process can end. */
  close(): Promise<void> {
    return this.#network.close();
  }

  #report(served: Served): Served {
    const at = this.clock.now();
    this.#write(requestLine(served, at) + metricLine(this.#name, at, requestMetrics(served), served.failure?.name));
    return served;
  }

  #deploy(environment: Environment, readSecret: ReadSecret | undefined): Deployment | Failure {
    try {
      const configuration = readConfiguration(environment);
      const { environmentCredentials } = configuration;
      if (environmentCredentials && environment['AWS_LAMBDA_FUNCTION_NAME']) {
        const message =
          'The Atlas credentials come from the environment. Put them into Secrets Manager and set ATLAS_SECRET_ID.';
        this.#write(logLine('WARN', this.clock.now(), { message }));
      }
      const read = environmentCredentials ? async () => environmentCredentials : (readSecret ?? secretsManagerReader());
      return {
        configuration,
        operations: this.#operations(configuration, read),
        sunset: new SunsetMemory(this.clock),
        clock: this.clock,
      };
    } catch (error) {
      return toFailure(error);
    }
  }

  #operations({ secretId, baseUrl }: Configuration, read: ReadSecret): AtlasOperations {
    const credentials = new CredentialStore({
      network: this.#network,
      clock: this.clock,
      read,
      secretId: secretId ?? 'environment',
      configuredBaseUrl: baseUrl,
      defaultBaseUrl: DEFAULT_BASE_URL,
    });
    return new AtlasOperations(new AtlasClient(this.#network, credentials, this.clock));
  }
}
