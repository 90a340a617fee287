import { onTestFinished, vi } from 'vitest';
import { type Atlas, startAtlas } from '../../infra/emulators/atlas/atlas.ts';
import type { Organization } from '../../infra/emulators/atlas/organization.ts';
import type { ServiceAccount } from '../../infra/emulators/atlas/service-account.ts';
import { type SecretsManager, startSecretsManager } from '../../infra/emulators/secrets-manager/secrets-manager.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Environment } from '../../lib/configuration.ts';
import { Service } from '../../lib/service.ts';
import { manualClock } from './clock.ts';
import { type CapturedLog, captureLog } from './log.ts';

export const SECRET_ID = 'atlas/credentials';

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
  readonly service: Service;
  /** Another service on the same stage, as a second warm function would be. */
  newService(environment?: Environment): Service;
}

/**
 * Starts the stage for one test, and closes it with the test. The service reads its secret with the real SDK client, which
 * finds Secrets Manager by the SDK's own environment variable.
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
  const services: Service[] = [];
  const whole: Environment = { ATLAS_SECRET_ID: SECRET_ID, ATLAS_BASE_URL: atlas.url, ...environment };
  const newService = (more: Environment = {}) => {
    const service = new Service({ environment: { ...whole, ...more }, clock, write: log.write });
    services.push(service);
    return service;
  };
  onTestFinished(async () => {
    await Promise.all(services.map((service) => service.close()));
    await Promise.all([atlas.close(), secretsManager.close()]);
    vi.unstubAllEnvs();
  });
  return {
    atlas,
    secretsManager,
    organization,
    account,
    environment: whole,
    log,
    clock,
    service: newService(),
    newService,
  };
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
