import type { User } from '../atlas/operations.ts';
import { retryDelay } from '../atlas/retry.ts';
import { Failure, toFailure } from '../failures.ts';
import type { Connection } from '../transport/connection.ts';
import type { Context } from './context.ts';
import { nextAct } from './person.ts';
import type { Outcome, Result } from './result.ts';

/** Reads the person's entries as they are now. */
export type Look = (connection: Connection) => Promise<readonly User[]>;

/** Either the matter is settled, or a pending entry was found that the caller asked to be told of. */
type Settled = { readonly kind: 'settled'; readonly result: Result };
type Pending = { readonly kind: 'pending'; readonly user: User };

/**
 * Settles the matter with the person's entries in the users endpoint: looks, decides, deletes, and looks again before
 * every further try.
 *
 * The endpoint deletes pending and active entries alike and has no "only if pending". So the deletion follows the look
 * directly, over the same connection, with nothing between them: the gap in which an acceptance would go unnoticed is the
 * time from Atlas's reading of the status to its deletion, which is one round trip.
 * @param pending `delete` a pending entry, or `report` it, so that the invites endpoint, which can't end a membership, is used
 * @param cancelled whether this request has cancelled an invitation of the person before
 * @throws {Failure} `InvitationAccepted`, `Forbidden`, or what Atlas answers
 */
export function settleThroughUsers(
  context: Context,
  look: Look,
  pending: 'delete',
  cancelled: boolean,
): Promise<Settled>;
export function settleThroughUsers(
  context: Context,
  look: Look,
  pending: 'delete' | 'report',
  cancelled: boolean,
): Promise<Settled | Pending>;
export function settleThroughUsers(
  context: Context,
  look: Look,
  pending: 'delete' | 'report',
  cancelled: boolean,
): Promise<Settled | Pending> {
  const { call, request, configuration, operations, clock } = context;
  const permission = { ifAccepted: request.ifAccepted, allowMemberRemoval: configuration.allowMemberRemoval };

  return operations.onOneConnection(call, async (connection) => {
    let acted: Outcome | undefined = cancelled ? 'cancelled' : undefined;
    let person: User | undefined;
    const settled = (outcome: Outcome): Settled => ({ kind: 'settled', result: resultFor(context, outcome, person) });

    for (let tried = 1; ; tried += 1) {
      const users = await look(connection);
      person = users[0] ?? person;
      const next = nextAct(users, permission);
      if (next.act === 'nothing') return settled(acted ?? (request.dryRun ? 'would_do_nothing' : 'already_gone'));
      if (next.act === 'cancel' && pending === 'report') return { kind: 'pending', user: next.user };
      person = next.user;
      if (request.dryRun) return settled(next.act === 'cancel' ? 'would_cancel' : 'would_remove');

      const outcome = next.act === 'cancel' ? 'cancelled' : 'member_removed';
      try {
        const deleted = await operations.deleteUser(call, next.user.id, connection);
        if (deleted === 'deleted' && !next.more) return settled(outcome);
        acted = outcome;
      } catch (error) {
        // The entry was there a moment ago: if the next look finds it gone, this was the request that ended it.
        acted = outcome;
        await clock.wait(delayAfter(toFailure(error), tried, context));
      }
      if (tried >= MOST_LOOKS) throw unstable();
    }
  });
}

const MOST_LOOKS = 10;

/** Milliseconds before the next look; throws the failure where no further one makes sense. */
function delayAfter(failure: Failure, tried: number, { call }: Context): number {
  // A credential that died is renewed by the next look; one without the role is refused again.
  if (failure.atlasStatus === 401 && tried === 1) return 0;
  const delay = retryDelay(failure, tried, call.retry, call.deadline.remaining());
  if (delay === undefined) throw failure;
  return delay;
}

export function unstable(): Failure {
  return new Failure('AtlasUnavailable', 'The entries of this person in Atlas keep changing.');
}

function resultFor({ request }: Context, outcome: Outcome, user: User | undefined): Result {
  const userId = user?.id ?? request.userId;
  const username = user?.username ?? request.username;
  return {
    outcome,
    confirmed: true,
    via: 'users',
    orgId: request.orgId,
    ...(request.invitationId === undefined ? {} : { invitationId: request.invitationId }),
    ...(userId === undefined ? {} : { userId }),
    ...(username === undefined ? {} : { username }),
  };
}
