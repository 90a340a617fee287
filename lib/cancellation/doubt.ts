import type { Missing } from '../atlas/operations.ts';
import { Failure } from '../failures.ts';
import type { Context } from './context.ts';

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
  if (listed.kind !== 'found') {
    assertProvesSunset(listed);
    return 'sunset';
  }
  if (listed.value.some((invitation) => invitation.id === id)) {
    throw new Failure('AtlasUnavailable', 'Atlas lists this invitation, but says that it is not there.');
  }
  return 'gone';
}

/**
 * Whether a list that is not there shows that its endpoint has ended: "invitation not found" makes no sense as the answer to it.
 * @throws {Failure} `AtlasUnavailable` where it does not
 */
export function assertProvesSunset(missing: Missing): void {
  if (missing.kind === 'sunset' || (missing.kind === 'doubtful' && missing.credible)) return;
  const { atlasStatus } = missing.failure;
  throw new Failure('AtlasUnavailable', 'Atlas did not list the invitations.', { atlasStatus });
}
