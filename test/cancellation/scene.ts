import { type Atlas, startAtlas } from '../../infra/emulators/atlas/atlas.ts';
import type { Organization } from '../../infra/emulators/atlas/organization.ts';
import type { LoopbackRequest } from '../../infra/emulators/loopback/request-log.ts';
import type { Environment } from '../../lib/configuration.ts';
import { deadlineIn } from '../../lib/deadline.ts';
import type { CancellationRequest } from '../../lib/request.ts';
import type { Served } from '../../lib/served.ts';
import { Service } from '../../lib/service.ts';
import { type ManualClock, manualClock } from '../support/clock.ts';

export const ANN = 'ann@example.com';
/** Ids that the simulator never gives. */
export const NO_INVITATION = '66b0f1a2ffffffffffffffff';
export const NO_USER = '66b1c0deffffffffffffffff';

export type Input = Partial<Omit<CancellationRequest, 'orgId'>>;

/** How a request ended, and what was sent to Atlas for it. */
export interface Ended {
  /** The outcome, or the name of the failure. */
  readonly outcome: string;
  readonly served: Served;
  /** Method and path below the organization, ids by their kind. Token exchanges are not among them. */
  readonly requests: readonly string[];
}

/** Atlas on loopback and a service that has its credentials from the environment. */
export interface Scene {
  readonly atlas: Atlas;
  readonly organization: Organization;
  readonly clock: ManualClock;
  /** What was sent to the Administration API, in the form of {@link Ended.requests}. */
  readonly ask: (input: Input, service?: Service) => Promise<Ended>;
  /** A service of its own, with this added to the environment. */
  readonly newService: (environment?: Environment) => Service;
  readonly close: () => Promise<void>;
}

export async function startScene(environment: Environment = {}): Promise<Scene> {
  const clock = manualClock();
  const atlas = await startAtlas({ clock: clock.now });
  // Time stands still here, and so no bucket would ever be filled again.
  atlas.settings.bucket = { capacity: 1_000_000, refill: 1, seconds: 60 };
  atlas.settings.tokenLimits = { active: 1_000_000, mintsPerMinute: 1_000_000, retryAfter: false };
  const organization = atlas.addOrganization();
  const { clientId, clientSecret } = organization.addServiceAccount();
  const services: Service[] = [];
  const newService = (more: Environment = {}): Service => {
    const service = new Service({
      environment: {
        ATLAS_BASE_URL: atlas.url,
        MONGODB_ATLAS_CLIENT_ID: clientId,
        MONGODB_ATLAS_CLIENT_SECRET: clientSecret,
        ...environment,
        ...more,
      },
      clock,
      write: () => {},
    });
    services.push(service);
    return service;
  };
  const main = newService();
  return {
    atlas,
    organization,
    clock,
    newService,
    async ask(input, service = main) {
      const start = atlas.requests.length;
      const limits = { deadline: deadlineIn(25_000, clock), retry: { tries: 4, longestWait: 3_000 } };
      const served = await service.serve({ door: 'terminal' }, limits, () => ({ orgId: organization.id, ...input }));
      const requests = atlas.requests.slice(start).filter(isOfApi).map(shortForm);
      return { outcome: served.result?.outcome ?? served.failure?.name ?? 'nothing', served, requests };
    },
    async close() {
      await Promise.all(services.map((service) => service.close()));
      await atlas.close();
    },
  };
}

/** Not the token endpoint. */
export function isOfApi({ path }: LoopbackRequest): boolean {
  return path.startsWith('/api/atlas/v2/');
}

/** `GET users?username`, `DELETE invites/{invitationId}`. */
export function shortForm({ method, path }: LoopbackRequest): string {
  const below = path.replace(/^\/api\/atlas\/v2\/orgs\/[^/]+\//, '');
  const filter = new URLSearchParams(below.split('?')[1]).has('username') ? '?username' : '';
  const resource = below
    .replace(/\?.*/, '')
    .replace(/^(invite|user)s\/.*/, '$1s/{$1Id}')
    .replace('{inviteId}', '{invitationId}');
  return `${method} ${resource}${filter}`;
}
