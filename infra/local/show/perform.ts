import type { Atlas } from '../../emulators/atlas/atlas.ts';
import type { Organization } from '../../emulators/atlas/organization.ts';
import type { Act, Door, Standing } from './act.ts';

/** What became of an act. */
export interface Ending {
  readonly door: string;
  readonly act: Act;
  readonly answer: string;
  readonly before: Standing | undefined;
  readonly after: Standing | undefined;
  /** Requests to Atlas's API that it cost. */
  readonly requests: number;
  /** Everyone else whose standing changed meanwhile: nobody's should. */
  readonly bystanders: readonly string[];
  /** Whether all of it is as expected. */
  readonly asExpected: boolean;
}

/** An act that was begun. */
interface Performance {
  readonly door: string;
  readonly act: Act;
  readonly ending: Promise<Ending>;
}

/** Begins with a door's acts, which run one after the other, so that every request and every change is of one of them. */
export function performAll({ name, organization, acts }: Door, atlas: Atlas): Performance[] {
  let previous: Promise<unknown> = Promise.resolve();
  return acts.map((act) => {
    const ending = previous.then(() => perform(name, act, organization, atlas));
    previous = ending;
    return { door: name, act, ending };
  });
}

/** Compares what comes of an act with what should: the door's answer, and Atlas's own state, which no answer can talk away. */
async function perform(door: string, act: Act, organization: Organization, atlas: Atlas): Promise<Ending> {
  const { person, expected } = act;
  const standings = () => new Map(organization.all().map((entry) => [entry.username, STANDINGS[entry.status]]));
  const standingIn = (all: ReadonlyMap<string, Standing>) =>
    person === undefined ? undefined : (all.get(person) ?? 'absent');
  const earlier = standings();
  const asked = apiRequests(atlas, organization.id);

  const answer = await act.run().catch((error: unknown) => (error instanceof Error ? error.message : String(error)));

  const later = standings();
  const [before, after] = [standingIn(earlier), standingIn(later)];
  const requests = apiRequests(atlas, organization.id) - asked;
  const everyone = new Set([...earlier.keys(), ...later.keys()]);
  const bystanders = [...everyone].filter((other) => other !== person && earlier.get(other) !== later.get(other));
  const asExpected =
    answer === expected.answer &&
    before === expected.before &&
    after === expected.after &&
    requests === expected.requests &&
    bystanders.length === 0;
  return { door, act, answer, before, after, requests, bystanders, asExpected };
}

const STANDINGS = {
  PENDING: 'pending',
  ACTIVE: 'member',
  INVITATION_EXPIRED: 'expired',
  INVITATION_REJECTED: 'rejected',
} as const;

/** Requests so far that count against an organization's rate limit: access tokens have another. */
function apiRequests({ requests }: Atlas, orgId: string): number {
  return requests.filter(({ path }) => path.startsWith(`/api/atlas/v2/orgs/${orgId}/`)).length;
}
