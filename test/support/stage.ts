import { expect, onTestFinished, vi } from 'vitest';
import { type Atlas, startAtlas } from '../../infra/emulators/atlas/atlas.ts';
import type { Organization } from '../../infra/emulators/atlas/organization.ts';
import type { ServiceAccount } from '../../infra/emulators/atlas/service-account.ts';
import { type SecretsManager, startSecretsManager } from '../../infra/emulators/secrets-manager/secrets-manager.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Environment } from '../../lib/configuration.ts';
import type { Checked, Served } from '../../lib/served.ts';
import { type Edges, Service } from '../../lib/service.ts';
import { Canaries, plantSentCredentials } from './canaries.ts';
import { manualClock } from './clock.ts';
import { type CapturedLog, captureLog } from './log.ts';

export const SECRET_ID = 'atlas/credentials';

/** More of an address than its first letter and its domain. */
const ADDRESS = /[^\s"*]@[\w-]+\.\w/;

export interface StageOptions {
  /** Shared by the service and the simulators; default a manual one. */
  readonly clock?: Clock;
  /** Added to the environment of the function. */
  readonly environment?: Environment;
}

/** Atlas and Secrets Manager on loopback, with one organization whose credentials are in a secret. */
export interface Stage {
  readonly atlas: Atlas;
  readonly secretsManager: SecretsManager;
  readonly organization: Organization;
  readonly account: ServiceAccount;
  readonly environment: Environment;
  readonly log: CapturedLog;
  readonly clock: Clock;
  /** What no log line and no failure may show: searched for at the end of the test. */
  readonly canaries: Canaries;
  /** The last credentials of each scheme that were sent to Atlas or AWS. */
  readonly sent: ReadonlyMap<string, string>;
  readonly service: Service;
  /** Another service on the same stage, as a second warm function would be. */
  newService(environment?: Environment): Service;
}

/**
 * Starts the stage for one test, and closes it with the test, which fails where a secret or an address has come out by then.
 * The service reads its secret with the real SDK client, which finds Secrets Manager by the SDK's own environment variable.
 */
export async function startStage({ clock = manualClock(), environment = {} }: StageOptions = {}): Promise<Stage> {
  const [atlas, secretsManager] = await Promise.all([
    startAtlas({ clock: clock.now }),
    startSecretsManager({ clock: clock.now }),
  ]);
  const organization = atlas.addOrganization();
  const account = organization.addServiceAccount();
  secretsManager.put(SECRET_ID, { clientId: account.clientId, clientSecret: account.clientSecret });
  stubAws(secretsManager.url);

  const log = captureLog();
  const canaries = new Canaries();
  const sent = plantSentCredentials(canaries);
  // All that the simulators make begin like this.
  canaries.plant('a client secret', 'mdb_sa_sk_');
  canaries.plant('a private key', 'xxxxxxxx-xxxx-xxxx-xxxx-');
  canaries.suspect('an address', ADDRESS);
  const services: Service[] = [];
  const whole: Environment = { ATLAS_SECRET_ID: SECRET_ID, ATLAS_BASE_URL: atlas.url, ...environment };
  const newService = (more: Environment = {}) => {
    const service = new WatchedService(canaries, { environment: { ...whole, ...more }, clock, write: log.write });
    services.push(service);
    return service;
  };
  onTestFinished(async () => {
    await Promise.all(services.map((service) => service.close()));
    await Promise.all([atlas.close(), secretsManager.close()]);
    vi.unstubAllEnvs();
    canaries.watch('log', log.text);
    expect(canaries.sightings).toEqual([]);
  });
  return {
    atlas,
    secretsManager,
    organization,
    account,
    environment: whole,
    log,
    clock,
    canaries,
    sent,
    service: newService(),
    newService,
  };
}

/** Its failures are what every door makes its answer, its error or its dead letter of. */
class WatchedService extends Service {
  readonly #canaries: Canaries;

  constructor(canaries: Canaries, edges: Edges) {
    super(edges);
    this.#canaries = canaries;
  }

  override async serve(...asked: Parameters<Service['serve']>): ReturnType<Service['serve']> {
    return this.#watched(await super.serve(...asked));
  }

  override async check(...asked: Parameters<Service['check']>): ReturnType<Service['check']> {
    return this.#watched(await super.check(...asked));
  }

  #watched<T extends Served | Checked>(ended: T): T {
    if (ended.failure) {
      const { message, errorCode, parameters, fields } = ended.failure;
      this.#canaries.watch('failure', JSON.stringify({ message, errorCode, parameters, fields }));
    }
    return ended;
  }
}

/** Points the AWS SDK at an emulator; no file of this machine's user has a say. */
function stubAws(secretsManagerUrl: string): void {
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', secretsManagerUrl);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('AWS_SESSION_TOKEN', undefined);
  vi.stubEnv('AWS_PROFILE', undefined);
  vi.stubEnv('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', undefined);
  vi.stubEnv('AWS_CONFIG_FILE', 'no-such-file');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', 'no-such-file');
}
