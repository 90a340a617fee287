import type { Configuration } from '../configuration.ts';
import { Failure } from '../failures.ts';
import type { Context } from './context.ts';
import type { Result } from './result.ts';
import { EndpointSunset, throughInvitation, throughUsername } from './through-invites.ts';
import { type Look, settleThroughUsers } from './through-users.ts';

/**
 * Serves one request: decides which endpoint is asked, what "gone" means, and whether a person may be removed.
 * @throws {Failure} under the names of the failure table
 */
export async function cancel(context: Context): Promise<Result> {
  const { request, configuration, sunset } = context;
  assertAllowed(request.orgId, configuration);
  if (configuration.cancelApi !== 'users' && !sunset.passed) {
    try {
      return await throughInvites(context);
    } catch (error) {
      if (!(error instanceof EndpointSunset)) throw error;
      if (configuration.cancelApi === 'auto') sunset.remember();
    }
  }
  if (configuration.cancelApi === 'invites' || (request.userId === undefined && request.username === undefined)) {
    throw new Failure(
      'InvitationApiSunset',
      "Atlas's invites endpoint is not in use here or has ended, and an invitationId says nothing to its successor: " +
        'send the e-mail address as username instead.',
    );
  }
  const settled = await settleThroughUsers(context, lookUp(context), 'delete', false);
  return settled.result;
}

/** While the invites endpoint lives it does the cancelling, because it can never end a membership. */
async function throughInvites(context: Context): Promise<Result> {
  const { request } = context;
  if (request.userId !== undefined) {
    const settled = await settleThroughUsers(context, lookUp(context), 'report', false);
    return settled.kind === 'settled' ? settled.result : throughUsername(context, settled.user.username);
  }
  return request.invitationId === undefined
    ? throughUsername(context, request.username)
    : throughInvitation(context, request.invitationId, request.username);
}

function lookUp({ call, request, operations }: Context): Look {
  const { userId, username } = request;
  if (userId === undefined) return (connection) => operations.findUsers(call, username ?? '', connection);
  return async (connection) => {
    const user = await operations.getUser(call, userId, connection);
    return user ? [user] : [];
  };
}

/** @throws {Failure} `Forbidden`, where the deployment names the organizations it serves and this is none of them */
export function assertAllowed(orgId: string, { allowedOrgIds }: Configuration): void {
  if (allowedOrgIds?.has(orgId) === false) {
    throw new Failure('Forbidden', `This deployment does not serve organization ${orgId}.`);
  }
}
