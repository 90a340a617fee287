import type { Sighting, User } from '../atlas/operations.ts';
import { retryDelay } from '../atlas/retry.ts';
import { Failure } from '../failures.ts';
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
export type Look = (connection: Connection, onPending: OnPending) => Promise<Sighting>;

/** Either the matter is settled, or a pending entry was found that the caller asked to be told of. */
type Settled = { readonly kind: 'settled'; readonly result: Result };
type Pending = { readonly kind: 'pending'; readonly user: User };

const MOST_LOOKS = 10;
/** Milliseconds for which a deletion may rest on a look, from its sending on; Atlas answers in about 50. */
const LOOK_MILLISECONDS = 1_000;

export function byUsername({ call, operations }: Attempt, username: string): Look {
  return (connection, onPending) =>
    onPending === 'report'
      ? operations.surveyUsers(call, username, connection)
      : operations.findUsers(call, username, connection);
}

/** A person who was seen under the id is looked for by address afterwards: Atlas does not say that a member keeps the id. */
export function byUserId(attempt: Attempt, userId: string): Look {
  const { call, operations } = attempt;
  return async (connection, onPending) => {
    const sighting = await operations.getUser(call, userId, connection);
    const { username } = call.trace.told;
    const isMissing = sighting.users.length === 0 && username !== undefined;
    return isMissing ? byUsername(attempt, username)(connection, onPending) : sighting;
  };
}

/**
 * Settles the matter with the person's entries in the users endpoint: looks, decides, deletes, and looks again before
 * every further try.
 *
 * The endpoint deletes pending and active entries alike and has no "only if pending". So the deletion follows the look
 * directly, over the same connection, with nothing between them, and is not sent where a second has passed since the look
 * was, be it that Atlas, a new credential or a new connection took so long: the person may have accepted since Atlas read
 * the status. An acceptance goes unnoticed that falls between that reading and the deletion: one round trip, two with an
 * API key whose nonce Atlas does not take twice, a second at the most, and as long as a deletion without an answer is on its
 * way. Through the invites endpoint there is no such gap.
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
    let failed = 0;
    for (let looked = 1; looked <= MOST_LOOKS; looked += 1) {
      const { users, since } = await look(connection, onPending);
      if (unanswered && !users.some(({ id }) => id === unanswered?.id)) progress.ended(unanswered.outcome, 'users');
      unanswered = undefined;
      call.trace.unanswered = undefined;
      const [shown] = users;
      if (shown) progress.learn({ userId: shown.id, username: shown.username });
      const next = nextAct(users, permission);
      if (next.act === 'nothing') return settled(progress.settled());
      const { act, user, more } = next;
      progress.learn({ userId: user.id, username: user.username });
      if (act === 'cancel' && isReported(user, onPending)) return { kind: 'pending', user };
      if (request.dryRun) return settled(progress.result(act === 'cancel' ? 'would_cancel' : 'would_remove', 'users'));

      const outcome = act === 'cancel' ? 'cancelled' : 'member_removed';
      // Who is removed is asked to be removed, as a member or not.
      const notAfter = act === 'cancel' ? since + LOOK_MILLISECONDS : Number.POSITIVE_INFINITY;
      const reply = await operations.deleteUser(call, user.id, connection, notAfter);
      if (reply.kind === 'done') {
        progress.ended(outcome, 'users');
        if (!more) return settled(progress.settled());
      }
      if (reply.kind === 'done' || reply.kind === 'unsent') continue;
      const failure = reply.kind === 'failure' ? reply.failure : contradiction();
      if (reply.kind === 'failure' && mayHaveActed(failure, reply.lost)) {
        unanswered = { id: user.id, outcome };
        call.trace.unanswered = outcome;
      }
      failed += 1;
      const delay = retryDelay(failure, failed, call.retry, call.deadline.remaining());
      if (delay === undefined) throw failure;
      await clock.wait(delay);
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

/** As a rule somebody else has ended the entry meanwhile, which the next look shows. */
function contradiction(): Failure {
  return new Failure('AtlasUnavailable', 'Atlas shows an entry of this person, but says that it is not there.');
}

/**
 * The answer was lost, or was one from which nothing follows. Where the entry, seen just before, is gone at the next look,
 * this deletion is taken to have ended it.
 */
function mayHaveActed({ atlasStatus = 0 }: Failure, lost: boolean): boolean {
  return lost || atlasStatus >= 500;
}
