import type { Atlas } from '../../infra/emulators/atlas/atlas.ts';
import { deadlineIn } from '../../lib/deadline.ts';
import type { Served } from '../../lib/served.ts';
import type { Service } from '../../lib/service.ts';
import { type ManualClock, manualClock } from '../support/clock.ts';
import { type Stage, type StageOptions, startStage } from '../support/stage.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** Cannot exist: deleting it shows what the credentials are good for, and changes nothing. */
export const NO_INVITATION = '000000000000000000000000';

/** The stage with a clock that the test moves. */
export async function startClockedStage(options: StageOptions = {}): Promise<Stage & { readonly clock: ManualClock }> {
  const clock = manualClock();
  return { ...(await startStage({ ...options, clock })), clock };
}

/** Serves one request as a door would, with the patience of the HTTP door. */
export function serve(service: Service, request: Readonly<Record<string, unknown>>, seconds = 20): Promise<Served> {
  const limits = { deadline: deadlineIn(seconds * 1000, service.clock), retry: { tries: 4, longestWait: 3_000 } };
  return service.serve({ door: 'terminal' }, limits, () => request);
}

/** A deletion that ends as `InvitationNotFound` where the credentials are accepted: one request to Atlas. */
export function tryDeletion(service: Service, orgId: string): Promise<Served> {
  return serve(service, { orgId, invitationId: NO_INVITATION });
}

/** A reading that ends as `already_gone` where the credentials are accepted: two requests to Atlas, both GET. */
export function tryReading(service: Service, orgId: string): Promise<Served> {
  return serve(service, { orgId, username: 'nobody@example.com' });
}

/** How a request ended, in a word. */
export function endOf({ result, failure }: Served): string {
  return failure?.name ?? result?.outcome ?? '';
}

/** How many ended in which way. */
export function tally(served: readonly Served[]): Record<string, number> {
  const ends: Record<string, number> = {};
  for (const end of served.map(endOf)) ends[end] = (ends[end] ?? 0) + 1;
  return ends;
}

export function repeat<T>(times: number, work: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => work(index)));
}

/** What the credentials have cost: token exchanges and readings of the secret, since it was last asked. */
export function costMeter({ atlas, secretsManager }: Pick<Stage, 'atlas' | 'secretsManager'>) {
  let before = { exchanges: 0, reads: 0 };
  return () => {
    const now = { exchanges: atlas.counts.tokenRequests, reads: secretsManager.counts.requests };
    const since = { exchanges: now.exchanges - before.exchanges, reads: now.reads - before.reads };
    before = now;
    return since;
  };
}

/** Settles when Atlas has answered so many more requests. */
export function answered(atlas: Atlas, count: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const earlier = atlas.settings.after;
  let left = count;
  atlas.settings.after = () => {
    left -= 1;
    if (left > 0) return;
    atlas.settings.after = earlier;
    resolve();
  };
  return promise;
}

/** Limits of Atlas that are not what a test is about. */
export function liftRateLimits(atlas: Atlas): void {
  atlas.settings.bucket = { capacity: 1_000_000, refill: 1_000_000, seconds: 60 };
}

/** Requests to the API, without the token endpoint. */
export function apiRequests({ requests }: Atlas) {
  return requests.filter(({ path }) => path.startsWith('/api/atlas/'));
}

export const NOTHING = { exchanges: 0, reads: 0 };
export const ONE_OF_EACH = { exchanges: 1, reads: 1 };

/** A stage whose account has these roles, where only the credentials limit what is served. */
export async function startWithRoles(roles: string[] = ['ORG_OWNER']) {
  const stage = await startClockedStage();
  liftRateLimits(stage.atlas);
  stage.account.roles = roles;
  return { ...stage, cost: costMeter(stage) };
}
