import {
  deleteInvitation,
  deleteUser,
  type HttpRequest,
  payloadV2,
  postCancellation,
} from '../../support/http-events.ts';
import type { TripsInput } from '../inside/trips.ts';
import type { Measurement, Row } from '../row.ts';
import type { Counts, Invited } from '../simulators.ts';
import type { Stage } from '../stage.ts';

/** The ways to ask for a cancellation, and the requests that each needs when all is well. */
const WAYS: readonly {
  readonly name: string;
  readonly needed: number;
  readonly request: (invited: Invited) => HttpRequest;
}[] = [
  {
    name: 'by invitation',
    needed: 1,
    request: ({ orgId, invitationId }) => deleteInvitation(orgId, invitationId),
  },
  {
    name: 'by invitation and address',
    needed: 2,
    request: ({ orgId, invitationId, username }) => postCancellation({ orgId, invitationId, username }),
  },
  {
    name: 'by address',
    needed: 2,
    request: ({ orgId, username }) => postCancellation({ orgId, username }),
  },
  {
    name: 'by user',
    needed: 3,
    request: ({ orgId, userId }) => deleteUser(orgId, userId),
  },
];

const REQUESTS = 10;

/** Requests to Atlas and AWS, counted where they arrive. */
export async function trips(stage: Stage): Promise<readonly Row[]> {
  const measurements: Measurement[] = [];
  let tooMany = 0;
  for (const { name, needed, request } of WAYS) {
    const counts = await countsOf(stage, request);
    const requests = counts.api / REQUESTS;
    tooMany += counts.api - needed * REQUESTS + (counts.token - 1) + (counts.secret - 1);
    measurements.push({ name, value: requests, unit: 'requests' });
  }
  return [
    {
      what: 'trips',
      how: `requests of each of ${REQUESTS} cancellations in one process, which reads one secret and mints one token for all; the figure is what is more than needed`,
      measurements,
      figure: { value: tooMany, unit: 'too many' },
      wanted: { bound: 'at most', value: 0 },
    },
  ];
}

async function countsOf(stage: Stage, request: (invited: Invited) => HttpRequest): Promise<Counts> {
  const { simulators, bundles } = stage;
  const organization = await simulators.call('organization');
  const invited = await simulators.call('invite', organization.orgId, REQUESTS);
  const before = await simulators.call('counts');
  const events = invited.map((each) => payloadV2({ ...request(each), receivedAt: Date.now() }));
  const input: TripsInput = { file: bundles.functions['http']?.file ?? '', events };
  await stage.run('trips', input, stage.environment(organization));
  const after = await simulators.call('counts');
  return { api: after.api - before.api, token: after.token - before.token, secret: after.secret - before.secret };
}
