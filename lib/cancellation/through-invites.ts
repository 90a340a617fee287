import { sameAddress } from '../atlas/address.ts';
import type { Invitation, Missing } from '../atlas/operations.ts';
import { Failure, type FailureName } from '../failures.ts';
import { refusal } from '../request.ts';
import type { Attempt } from './context.ts';
import { assertProvesSunset, settleDoubt } from './doubt.ts';
import type { Result } from './result.ts';
import { byUsername, settleThroughUsers } from './through-users.ts';

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
  attempt: Attempt,
  invitationId: string,
  witness: string | undefined,
): Promise<Result> {
  const { call, request, operations, progress } = attempt;
  let username = witness;
  if (witness !== undefined || request.dryRun) {
    const read = await operations.getInvitation(call, invitationId);
    if (read.kind !== 'found') return afterMissing(attempt, invitationId, witness, read, false);
    username = read.value.username;
    if (witness !== undefined && !sameAddress(username, witness)) {
      throw refusal([{ field: 'username', description: 'is not the person whom this invitation invites' }]);
    }
    progress.learn({ username });
    if (request.dryRun) return progress.result('would_cancel', 'invites');
  }
  const deleted = await operations.deleteInvitation(call, invitationId);
  if (deleted.kind === 'deleted') return progress.result('cancelled', 'invites');
  return afterMissing(attempt, invitationId, username, deleted, deleted.lostBefore);
}

/**
 * Cancels every invitation of a person through the invites endpoint. What it does not list, although the users endpoint
 * has shown the same entry as pending before the list was read and shows it still, is cancelled through the latter.
 * @param shown id of a pending entry that the users endpoint has shown already
 * @throws {EndpointSunset}
 * @throws {Failure} `InvitationAccepted` and `Forbidden` as the person's entry asks for, or what Atlas answers
 */
export async function throughUsername(attempt: Attempt, username: string, shown?: string): Promise<Result> {
  const { call, request, configuration, operations, progress, lists } = attempt;
  let pendingId = shown;
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    const list = () => operations.listInvitations(call);
    // One that others share may have been read before the person's entry was seen to be pending.
    const listed = await (pendingId === undefined && lists ? lists.of(call.orgId, list) : list());
    // The list is what tells an ended endpoint from a missing invitation: where it is missing itself, nothing else could.
    if (listed.kind !== 'found') {
      assertProvesSunset(listed);
      throw new EndpointSunset();
    }
    const invitations = listed.value.filter((invitation) => sameAddress(invitation.username, username));
    const [first] = invitations;
    if (first) {
      progress.learn({ invitationId: first.id, username: first.username });
      if (request.dryRun) return progress.result('would_cancel', 'invites');
      if (await cancelAll(attempt, invitations)) return progress.settled();
    }
    const look = byUsername(attempt, username);
    const mayDelete = !first && configuration.cancelApi !== 'invites';
    const onPending = mayDelete && pendingId !== undefined ? { id: pendingId } : 'report';
    const settled = await settleThroughUsers(attempt, look, onPending);
    if (settled.kind === 'settled') return settled.result;
    pendingId = settled.user.id;
  }
  throw new Failure(
    'AtlasUnavailable',
    'Atlas goes on showing a pending entry of this person, but no invitation to cancel.',
  );
}

/** Failures that may be one invitation's own. All others would be met by the next one too. */
const OF_ONE: ReadonlySet<FailureName> = new Set(['Forbidden', 'InvalidRequest', 'AtlasUnavailable']);

/**
 * Whether Atlas confirmed every deletion; where not, an invitation was gone before it could be cancelled.
 * @throws {Failure} where one could not be cancelled, once the others are: for good only where none may be later
 */
async function cancelAll(attempt: Attempt, invitations: readonly Invitation[]): Promise<boolean> {
  const confirmed: boolean[] = [];
  let failed: Failure | undefined;
  for (const { id } of invitations) {
    try {
      confirmed.push(await cancelListed(attempt, id));
    } catch (error) {
      if (!(error instanceof Failure && OF_ONE.has(error.name))) throw error;
      if (!failed?.retry) failed = error;
    }
  }
  if (failed) throw failed;
  return confirmed.every((yes) => yes);
}

/** Whether Atlas confirmed the deletion; where not, the invitation was gone. */
async function cancelListed(attempt: Attempt, id: string): Promise<boolean> {
  const { call, operations, progress } = attempt;
  const deleted = await operations.deleteInvitation(call, id);
  if (deleted.kind === 'deleted' || deleted.lostBefore) progress.ended('cancelled', 'invites');
  if (deleted.kind === 'deleted') return true;
  if ((await settleDoubt(attempt, id, deleted)) === 'sunset') throw new EndpointSunset();
  return false;
}

/** An invitation that was asked for by its id is not there. */
async function afterMissing(
  attempt: Attempt,
  invitationId: string,
  username: string | undefined,
  missing: Missing,
  lostBefore: boolean,
): Promise<Result> {
  const { progress } = attempt;
  if (lostBefore) progress.ended('cancelled', 'invites');
  if ((await settleDoubt(attempt, invitationId, missing)) === 'sunset') throw new EndpointSunset();
  if (username !== undefined) {
    const settled = await settleThroughUsers(attempt, byUsername(attempt, username), 'report');
    return settled.kind === 'settled'
      ? settled.result
      : throughUsername(attempt, settled.user.username, settled.user.id);
  }
  if (lostBefore) return progress.result('cancelled', 'invites', false);
  const { errorCode, atlasStatus, parameters } = missing.failure;
  throw new Failure(
    'InvitationNotFound',
    'This invitation is not pending: it was cancelled, accepted, or never there.',
    {
      errorCode,
      atlasStatus,
      parameters,
    },
  );
}
