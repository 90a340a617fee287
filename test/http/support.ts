import { STATUS_CODES } from 'node:http';
import * as v from 'valibot';
import type { InviteOptions } from '../../infra/emulators/atlas/membership.ts';
import type { Fault } from '../../infra/emulators/loopback/faults.ts';
import { manualClock } from '../support/clock.ts';
import { type DoorAnswer, httpDoor } from '../support/http-door.ts';
import { deleteInvitation, type HttpRequest } from '../support/http-events.ts';
import { REQUEST_ID } from '../support/lambda.ts';
import { type StageOptions, startStage } from '../support/stage.ts';

export const ANN = 'ann@example.com';

/** A stage with one invitation, and the door to it. */
export async function openDoor(options: StageOptions = {}, invite: InviteOptions = {}) {
  const stage = await startStage(options);
  const { invitationId, userId } = stage.organization.invite(ANN, invite);
  const door = httpDoor(stage.service);
  const open = () => stage.organization.invitations().map(({ username }) => username);
  const deletion = (extras?: Parameters<typeof deleteInvitation>[2]): HttpRequest =>
    deleteInvitation(stage.organization.id, invitationId, extras);
  return {
    ...stage,
    invitationId,
    userId,
    orgId: stage.organization.id,
    door,
    deletion,
    /** Deletes the invitation, by its id alone. */
    cancel: (extras?: Parameters<typeof deleteInvitation>[2], remaining?: number) =>
      door.request(deletion(extras), remaining),
    /** Who is still invited. */
    open,
    /** Requests to the Administration API, the token endpoint left out. */
    api: () => stage.atlas.requests.filter(({ path }) => path.startsWith('/api/atlas/')),
  };
}

/** A door whose next deletions meet these faults, in this order. */
export async function openDoorTo(...faults: Fault[]) {
  const clock = manualClock();
  const opened = await openDoor({ clock });
  for (const fault of faults) opened.atlas.faults.next(fault, /^DELETE/);
  return { ...opened, waits: clock.waits };
}

export type OpenDoor = Awaited<ReturnType<typeof openDoor>>;

/** Atlas Administration API, schema ApiError, and our request id: nothing else. */
const ErrorBody = v.strictObject({
  error: v.pipe(v.number(), v.integer()),
  errorCode: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_]+$/)),
  detail: v.optional(v.pipe(v.string(), v.minLength(1))),
  reason: v.string(),
  parameters: v.array(v.unknown()),
  badRequestDetail: v.optional(
    v.strictObject({ fields: v.array(v.strictObject({ field: v.string(), description: v.string() })) }),
  ),
  requestId: v.literal(REQUEST_ID),
});
export type ErrorBody = v.InferOutput<typeof ErrorBody>;

/**
 * The error of an answer, in Atlas's schema.
 * @throws where the answer is none, or contradicts itself
 */
export function errorOf({ statusCode, headers, json }: DoorAnswer): ErrorBody {
  const body = v.parse(ErrorBody, json);
  if (body.error !== statusCode) throw new Error(`${statusCode} with error ${body.error} inside`);
  if (body.reason !== STATUS_CODES[statusCode]) throw new Error(`${statusCode} with reason ${body.reason}`);
  if (headers['content-type'] !== 'application/json') throw new Error(`content type ${headers['content-type']}`);
  return body;
}
