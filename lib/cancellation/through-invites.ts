import { type Deleted, type Invitation, type Missing, sameAddress } from '../atlas/operations.ts';
import { Failure } from '../failures.ts';
import { refusal } from '../request.ts';
import type { Context } from './context.ts';
import type { Outcome, Result } from './result.ts';
import { settleThroughUsers, unstable } from './through-users.ts';

/** The invites endpoint is no longer there: the request at hand is served by its successor. */
export class EndpointSunset extends Error {
  override readonly name = 'EndpointSunset';
}

/** Someone who is invited again and again while we cancel would keep us busy: so many rounds are enough. */
const MOST_ROUNDS = 3;

/**
 * Cancels one invitation; with a username, only if it is that person's.
 * @throws {EndpointSunset}
 * @throws {Failure} `InvalidRequest` where it is another person's, `InvitationNotFound` where it is gone and nobody can
 *   say whether the person is inside, or what Atlas answers
 */
export async function throughInvitation(
  context: Context,
  invitationId: string,
  username: string | undefined,
): Promise<Result> {
  const { call, request, operations } = context;
  let invitation: Invitation | undefined;
  if (username !== undefined || request.dryRun) {
    const read = await operations.getInvitation(call, invitationId);
    if (read.kind !== 'found') return afterMissing(context, invitationId, username, read, false);
    invitation = read.value;
    if (username !== undefined && !sameAddress(invitation.username, username)) {
      throw refusal([{ field: 'username', description: 'is not the person whom this invitation invites' }]);
    }
    if (request.dryRun) return resultFor(context, 'would_cancel', true, invitation);
  }
  const deleted = await operations.deleteInvitation(call, invitationId);
  if (deleted.kind === 'deleted') return resultFor(context, 'cancelled', true, invitation);
  return afterMissing(context, invitationId, username, deleted, deleted.lostBefore);
}

/**
 * Cancels every invitation of a person.
 * @throws {EndpointSunset}
 * @throws {Failure} `InvitationAccepted` and `Forbidden` as the person's entry asks for, or what Atlas answers
 */
export async function throughUsername(context: Context, username: string, round = 1): Promise<Result> {
  const { call, request, operations } = context;
  if (round > MOST_ROUNDS) throw unstable();
  const listed = await operations.listInvitations(call);
  // The list is what tells an ended endpoint from a missing invitation: where it is missing itself, nothing else could.
  if (listed.kind === 'gone') throw unlisted(listed);
  if (listed.kind !== 'found') throw new EndpointSunset();
  const invitations = listed.value.filter((invitation) => sameAddress(invitation.username, username));
  const [first] = invitations;
  if (!first) return afterGone(context, username, 'delete', round > 1, round);
  if (request.dryRun) return resultFor(context, 'would_cancel', true, first);

  let doubt = false;
  for (const { id } of invitations) {
    const deleted: Deleted = await operations.deleteInvitation(call, id);
    if (deleted.kind === 'deleted') continue;
    if ((await settleDoubt(context, id, deleted)) === 'sunset') throw new EndpointSunset();
    doubt = true;
  }
  return doubt ? afterGone(context, username, 'report', true, round) : resultFor(context, 'cancelled', true, first);
}

/** An invitation that was asked for by its id is not there. */
async function afterMissing(
  context: Context,
  invitationId: string,
  username: string | undefined,
  missing: Missing,
  lostBefore: boolean,
): Promise<Result> {
  if ((await settleDoubt(context, invitationId, missing)) === 'sunset') throw new EndpointSunset();
  if (username !== undefined) return afterGone(context, username, 'report', lostBefore, 1);
  if (lostBefore) return resultFor(context, 'cancelled', false, undefined);
  const { failure } = missing;
  throw new Failure(
    'InvitationNotFound',
    'This invitation is not pending: it was cancelled, accepted, or never there.',
    {
      errorCode: failure.errorCode,
      atlasStatus: failure.atlasStatus,
      parameters: failure.parameters,
    },
  );
}

/**
 * The invitation of a person whose address is known is gone: the person's entry tells what that means.
 * @param cancelled whether an invitation was there in this request and is gone now
 */
async function afterGone(
  context: Context,
  username: string,
  pending: 'delete' | 'report',
  cancelled: boolean,
  round: number,
): Promise<Result> {
  const { call, configuration, operations } = context;
  const mode = configuration.cancelApi === 'invites' ? 'report' : pending;
  const look = (connection: Parameters<typeof operations.findUsers>[2]) =>
    operations.findUsers(call, username, connection);
  const settled = await settleThroughUsers(context, look, mode, cancelled);
  return settled.kind === 'settled' ? settled.result : throughUsername(context, username, round + 1);
}

/**
 * Whether the invitation or its endpoint is gone. A list that answers shows that the endpoint lives.
 * @throws {Failure} what Atlas answers; `AtlasUnavailable` where its answers contradict each other
 */
export async function settleDoubt(
  { call, operations }: Pick<Context, 'call' | 'operations'>,
  id: string,
  missing: Missing,
): Promise<'gone' | 'sunset'> {
  if (missing.kind !== 'doubtful') return missing.kind;
  const listed = await operations.listInvitations(call);
  if (listed.kind === 'gone') throw unlisted(listed);
  if (listed.kind !== 'found') return 'sunset';
  if (listed.value.some((invitation) => invitation.id === id)) {
    throw new Failure('AtlasUnavailable', 'Atlas lists this invitation, but says that it is not there.');
  }
  return 'gone';
}

/** "Invitation not found" makes no sense as the answer to a list. */
function unlisted({ failure }: Missing): Failure {
  return new Failure('AtlasUnavailable', 'Atlas did not list the invitations.', { atlasStatus: failure.atlasStatus });
}

function resultFor({ request }: Context, outcome: Outcome, confirmed: boolean, told: Invitation | undefined): Result {
  const invitationId = told?.id ?? request.invitationId;
  const username = told?.username ?? request.username;
  return {
    outcome,
    confirmed,
    via: 'invites',
    orgId: request.orgId,
    ...(invitationId === undefined ? {} : { invitationId }),
    ...(request.userId === undefined ? {} : { userId: request.userId }),
    ...(username === undefined ? {} : { username }),
  };
}
