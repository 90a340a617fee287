import { NO_ID } from '../atlas/operations.ts';
import type { Call } from '../call.ts';
import { assertAllowed } from '../cancellation/cancellation.ts';
import type { Deployment } from '../cancellation/context.ts';
import { settleDoubt } from '../cancellation/doubt.ts';
import type { Credential } from '../credentials/credential.ts';
import { Failure } from '../failures.ts';

/** What a preflight has shown. It says which kind of credentials there are, never a value of them. */
export interface PreflightResult {
  readonly ok: true;
  readonly orgId: string;
  readonly credentials: Credential['kind'];
  /** The endpoint that cancellations go through now. */
  readonly endpoint: 'invites' | 'users';
}

/** One preflight with all that is needed for it. */
export interface PreflightContext extends Pick<Deployment, 'configuration' | 'operations' | 'sunset'> {
  readonly call: Call;
}

/**
 * Tries everything that a cancellation needs, and changes nothing: reads the secret, has a token, passes the access list,
 * and deletes what can't exist, since a read would need a lesser role than Organization Owner.
 * @throws {Failure} what a cancellation would fail by
 */
export async function preflight(context: PreflightContext): Promise<PreflightResult> {
  const { call, configuration, operations } = context;
  assertAllowed(call.orgId, configuration);
  const credentials = await operations.credentialKind(call);
  const endpoint = await tryToDelete(context);
  return { ok: true, orgId: call.orgId, credentials, endpoint };
}

/** Deletes what can't exist through the endpoint that cancellations go through, and says which one that is. */
async function tryToDelete(context: PreflightContext): Promise<PreflightResult['endpoint']> {
  const { call, configuration, operations, sunset } = context;
  if (configuration.cancelApi !== 'users' && !sunset.has(call.orgId)) {
    const deleted = await operations.deleteInvitation(call, NO_ID);
    if (deleted.kind === 'deleted' || (await settleDoubt(context, NO_ID, deleted)) === 'gone') return 'invites';
    if (configuration.cancelApi === 'invites') {
      throw new Failure(
        'InvitationApiSunset',
        "Atlas's invites endpoint has ended, and ATLAS_CANCEL_API allows no other.",
      );
    }
    sunset.remember(call.orgId);
  }
  await operations.deleteNobody(call);
  return 'users';
}
