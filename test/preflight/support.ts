import { deadlineIn } from '../../lib/deadline.ts';
import type { Service } from '../../lib/service.ts';
import { type Stage, type StageOptions, startStage } from '../support/stage.ts';

export const NO_ID = '0'.repeat(24);

/** Runs a preflight for an organization, or for any other input. */
export function check(service: Service, input: unknown) {
  const limits = { deadline: deadlineIn(29_000, service.clock), retry: { tries: 3, longestWait: 2_000 } };
  return service.check({ door: 'workflow' }, limits, () => input);
}

/** Requests to Atlas's API, each as method and path below the organization. */
export function asked({ atlas, organization }: Stage): string[] {
  return atlas.requests
    .filter(({ path }) => path.startsWith('/api/atlas/'))
    .map(({ method, path }) => `${method} ${path.replace(`/api/atlas/v2/orgs/${organization.id}/`, '')}`);
}

/** A stage, prepared, with what a preflight for its organization came to. */
export async function preflightOn(options: StageOptions = {}, prepare: (stage: Stage) => unknown = () => {}) {
  const stage = await startStage(options);
  prepare(stage);
  return { stage, checked: await check(stage.service, { check: true, orgId: stage.organization.id }) };
}
