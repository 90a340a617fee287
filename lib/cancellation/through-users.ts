import type { User } from '../atlas/operations.ts';
import { retryDelay } from '../atlas/retry.ts';
import { Failure, toFailure } from '../failures.ts';
import type { Connection } from '../transport/connection.ts';
import type { Attempt } from './context.ts';
import { nextAct } from './person.ts';
import type { Result } from './result.ts';

/**
 * What is done about a pending entry: `delete` it here, or `report` it, so that the endpoint is used that can't end a
 * membership. With an id, only the entry of this id is deleted.
 */
export type OnPending = 'delete' | 'report' | { readonly id: string };

/** Reads the person's entries as they are now. */
export type Look = (connection: Connection, onPending: OnPending) => Promise<readonly User[]>;

/** Either the matter is settled, or a pending entry was found that the caller asked to be told of. */
type Settled = { readonly kind: 'settled'; readonly result: Result };
type Pending = { readonly kind: 'pending'; readonly user: User };

const MOST_LOOKS = 10;
/** Milliseconds that a look may take for a deletion to rest on it; Atlas answers in about 50. */
const LONGEST_LOOK = 1_000;

export function byUsername({ call, operations }: Attempt, username: string): Look {
  return (connection, onPending) =>
    onPending === 'report'
      ? operations.surveyUsers(call, username, connection)
      : operations.findUsers(call, username, connection);
}

/** A person who was seen under the id is looked for by address afterwards: Atlas does not say that a member keeps the id. */
export function byUserId(attempt: Attempt, userId: string): Look {
  let username: string | undefined;
  return async (connection, onPending) => {
    const user = await attempt.operations.getUser(attempt.call, userId, connection);
    if (!user) return username === undefined ? [] : byUsername(attempt, username)(connection, onPending);
    username = user.username;
    return [user];
  };
}

/**
 * Settles the matter with the person's entries in the users endpoint: looks, decides, deletes, and looks again before
 * every further try.
 *
 * The endpoint deletes pending and active entries alike and has no "only if pending". So the deletion follows the look
 * directly, over the same connection, with nothing between them, and a look whose answer was long in coming is repeated:
 * the person may have accepted since Atlas read the status. An acceptance goes unnoticed that falls between that reading and
 * the deletion: one round trip, two with an API key whose nonce Atlas does not take twice, a second where Atlas is slow, and
 * as long as a deletion without an answer is on its way. Through the invites endpoint there is no such gap.
 * @throws {Failure} `InvitationAccepted`, `Forbidden`, or what Atlas answers
 */
export function settleThroughUsers(attempt: Attempt, look: Look, onPending: 'delete'): Promise<Settled>;
export function settleThroughUsers(attempt: Attempt, look: Look, onPending: OnPending): Promise<Settled | Pending>;
export function settleThroughUsers(attempt: Attempt, look: Look, onPending: OnPending): Promise<Settled | Pending> {
  const { call, request, configuration, operations, clock, progress } = attempt;
  const permission = { ifAccepted: request.ifAccepted, allowMemberRemoval: configuration.allowMemberRemoval };
  const settled = (result: Result): Settled => ({ kind: 'settled', result });

  return operations.onOneConnection(call, async (connection) => {
    let unanswered: { readonly id: string; readonly outcome: 'cancelled' | 'member_removed' } | undefined;
    let refused = 0;
    for (let tried = 1; tried <= MOST_LOOKS; tried += 1) {
      const lookedAt = clock.now();
      const users = await look(connection, onPending);
      const isOld = clock.now() - lookedAt > LONGEST_LOOK;
      if (unanswered && !users.some(({ id }) => id === unanswered?.id)) progress.ended(unanswered.outcome, 'users');
      unanswered = undefined;
      const [shown] = users;
      if (shown) progress.learn({ userId: shown.id, username: shown.username });
      const next = nextAct(users, permission);
      if (next.act === 'nothing') return settled(progress.settled());
      const { act, user, more } = next;
      progress.learn({ userId: user.id, username: user.username });
      if (act === 'cancel' && isReported(user, onPending)) return { kind: 'pending', user };
      if (request.dryRun) return settled(progress.result(act === 'cancel' ? 'would_cancel' : 'would_remove', 'users'));

      if (act === 'cancel' && isOld) continue;

      const outcome = act === 'cancel' ? 'cancelled' : 'member_removed';
      try {
        const deleted = await operations.deleteUser(call, user.id, connection);
        if (deleted === 'deleted') {
          progress.ended(outcome, 'users');
          if (!more) return settled(progress.settled());
        }
      } catch (error) {
        const failure = toFailure(error);
        if (mayHaveActed(failure)) unanswered = { id: user.id, outcome };
        if (failure.atlasStatus === 401) refused += 1;
        // A credential that died is renewed by the next look; one without the role is refused again.
        if (failure.atlasStatus === 401 && refused === 1) continue;
        const delay = retryDelay(failure, tried, call.retry, call.deadline.remaining());
        if (delay === undefined) throw failure;
        await clock.wait(delay);
      }
    }
    throw new Failure(
      'AtlasUnavailable',
      'The entries of this person in Atlas keep changing, or are shown too late to act on.',
    );
  });
}

function isReported({ id }: User, onPending: OnPending): boolean {
  return onPending === 'report' || (onPending !== 'delete' && onPending.id !== id);
}

/** No answer came, or one from which nothing follows: where the entry is gone at the next look, this deletion ended it. */
function mayHaveActed({ atlasStatus }: Failure): boolean {
  return atlasStatus === undefined || atlasStatus >= 500;
}
