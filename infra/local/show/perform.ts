import type { Organization } from '../../emulators/atlas/organization.ts';
import type { Stage } from '../stage.ts';
import { type Act, type Ending, type Standing, standing } from './act.ts';

/**
 * Runs one act and compares what came of it with what should: the door's answer, and Atlas's own state, which no answer
 * can talk away. One act at a time, so that every request and every change is its own.
 */
export async function perform(act: Act, stage: Stage): Promise<Ending> {
  const { person, expected } = act;
  const { organization } = stage;
  const earlier = standings(organization);
  const before = person === undefined ? undefined : standing(organization, person);
  const asked = apiRequests(stage);

  const answer = await act.run().catch((error: unknown) => (error instanceof Error ? error.message : String(error)));

  const after = person === undefined ? undefined : standing(organization, person);
  const requests = apiRequests(stage) - asked;
  const bystanders = changed(earlier, standings(organization)).filter((other) => other !== person);
  const asExpected =
    answer === expected.answer &&
    before === expected.before &&
    after === expected.after &&
    requests === (expected.requests ?? requests) &&
    bystanders.length === 0;
  return { act, answer, before, after, requests, bystanders, asExpected };
}

/** Requests to Atlas so far that count against the organization's rate limit: access tokens have another. */
export function apiRequests({ atlas }: Stage): number {
  return atlas.requests.filter(({ path }) => path.startsWith('/api/atlas/')).length;
}

function standings(organization: Organization): Map<string, Standing> {
  return new Map(organization.all().map(({ username }) => [username, standing(organization, username)]));
}

function changed(earlier: ReadonlyMap<string, Standing>, later: ReadonlyMap<string, Standing>): string[] {
  const people = new Set([...earlier.keys(), ...later.keys()]);
  return [...people].filter((person) => earlier.get(person) !== later.get(person));
}
