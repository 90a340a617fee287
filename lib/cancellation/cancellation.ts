import type { Configuration } from '../configuration.ts';
import { Failure } from '../failures.ts';
import type { Attempt, Context } from './context.ts';
import { assertPermitted } from './person.ts';
import { Progress } from './progress.ts';
import type { Result } from './result.ts';
import { EndpointSunset, throughInvitation, throughUsername } from './through-invites.ts';
import { byUserId, byUsername, settleThroughUsers } from './through-users.ts';

/**
 * Serves one request: decides which endpoint is asked, what "gone" means, and whether a person may be removed.
 * @throws {Failure} under the names of the failure table
 */
export async function cancel(context: Context): Promise<Result> {
  const { request, configuration, sunset } = context;
  assertAllowed(request.orgId, configuration);
  assertPermitted({ ifAccepted: request.ifAccepted, allowMemberRemoval: configuration.allowMemberRemoval });
  const attempt: Attempt = { ...context, progress: new Progress(request, context.call.trace) };
  if (configuration.cancelApi !== 'users' && !sunset.has(request.orgId)) {
    try {
      return await throughInvites(attempt);
    } catch (error) {
      if (!(error instanceof EndpointSunset)) throw error;
      if (configuration.cancelApi === 'auto') sunset.remember(request.orgId);
    }
  }
  return afterSunset(attempt);
}

/** While the invites endpoint lives it does the cancelling, because it can never end a membership. */
function throughInvites(attempt: Attempt): Promise<Result> {
  const { invitationId, username, userId } = attempt.request;
  if (invitationId !== undefined) return throughInvitation(attempt, invitationId, username);
  return username === undefined ? throughUserId(attempt, userId) : throughUsername(attempt, username);
}

/** A pending entry is cancelled by the invitation of the person whose it is. */
async function throughUserId(attempt: Attempt, userId: string): Promise<Result> {
  const settled = await settleThroughUsers(attempt, byUserId(attempt, userId), 'report');
  return settled.kind === 'settled' ? settled.result : throughUsername(attempt, settled.user.username, settled.user.id);
}

/** The users endpoint, which knows neither invitations nor their ids. */
async function afterSunset(attempt: Attempt): Promise<Result> {
  const { request, configuration } = attempt;
  if (configuration.cancelApi === 'invites') {
    throw sunsetFailure('ATLAS_CANCEL_API keeps this deployment from using the users endpoint in its place.');
  }
  const { username, userId } = request;
  if (userId !== undefined) return (await settleThroughUsers(attempt, byUserId(attempt, userId), 'delete')).result;
  if (username !== undefined)
    return (await settleThroughUsers(attempt, byUsername(attempt, username), 'delete')).result;
  throw sunsetFailure(
    'An invitationId says nothing to the users endpoint: send the e-mail address as username instead.',
  );
}

function sunsetFailure(why: string): Failure {
  return new Failure('InvitationApiSunset', `Atlas's invites endpoint has ended, or is not in use here. ${why}`);
}

/**
 * Refuses an organization that the deployment does not serve, before anything is sent.
 * @throws {Failure} `Forbidden`
 */
export function assertAllowed(orgId: string, { allowedOrgIds }: Configuration): void {
  if (allowedOrgIds?.has(orgId) === false) {
    throw new Failure('Forbidden', `This deployment does not serve organization ${orgId}.`);
  }
}
