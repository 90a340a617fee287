import { FAILURES, type FailureName } from '../../lib/failures.ts';
import type { Ask } from './asks.ts';
import { Truth } from './truth.ts';
import { LONGEST_WAY } from './wire.ts';

/** How something that was asked for ended, as whoever asked sees it. Virtual time, milliseconds. */
export type Ending =
  | { readonly kind: 'done'; readonly at: number }
  | { readonly kind: 'refused'; readonly name: string; readonly at: number };

export interface Evidence {
  readonly asks: readonly Ask[];
  readonly endings: ReadonlyMap<string, readonly Ending[]>;
  /** Asks of which the log says that their success is not confirmed. */
  readonly unconfirmed: ReadonlySet<string>;
  /** When the run began: what happened before is how the stage was set. */
  readonly startedAt: number;
}

/** Milliseconds between a look that shows a pending entry and the deletion that rests on it. */
const GAP = 2 * LONGEST_WAY;

const REFUSED: Readonly<Partial<Record<FailureName, (ask: Ask, truth: Truth, at: number) => boolean>>> = {
  InvitationAccepted: ({ username = '', at }, truth, end) => truth.was(username, at, end, ({ active }) => active),
  InvitationNotFound: ({ request, at }, truth, end) =>
    !('username' in request) && !truth.wasOpen(`${request['invitationId']}`, end, end) && at <= end,
  InvalidRequest: ({ kind }) => kind === 'mistyped field' || kind === 'witness of another',
  Forbidden: ({ kind }) => kind === 'removal, not allowed' || kind === 'organization, not allowed',
};

/** Everything that must not have happened, in words; empty where all is well. */
export function violations({ asks, endings, unconfirmed, startedAt }: Evidence): string[] {
  const truths = new Map([...new Set(asks.map(({ organization }) => organization))].map((o) => [o, new Truth(o)]));
  const found: string[] = [];
  const report = ({ id, kind, door }: Ask, what: string) => found.push(`${id} (${door}, ${kind}): ${what}`);

  for (const ask of asks) {
    const truth = truths.get(ask.organization);
    const ended = endings.get(ask.id) ?? [];
    if (!truth || ended.length === 0) report(ask, 'is neither done nor refused');
    else for (const ending of ended) for (const what of wrong(ask, ending, truth, unconfirmed)) report(ask, what);
  }
  for (const [organization, truth] of truths) {
    found.push(
      ...unasked(
        asks.filter((ask) => ask.organization === organization),
        truth,
        startedAt,
      ),
    );
  }
  return found;
}

function wrong(ask: Ask, ending: Ending, truth: Truth, unconfirmed: ReadonlySet<string>): string[] {
  if (ending.kind === 'refused') {
    const { name, at } = ending;
    const isRight = name in FAILURES && REFUSED[name as FailureName]?.(ask, truth, at);
    return isRight ? [] : [`was refused as ${name}, which is not so`];
  }
  const { request, username = '', at, kind } = ask;
  if (kind === 'dry run') return [];
  const id = 'invitationId' in request ? `${request['invitationId']}` : undefined;
  const stillOpen = (id === undefined ? truth.invitationsOf(username, at) : [id]).filter((each) =>
    ask.organization.invitation(each),
  );
  if (stillOpen.length > 0) return [`was acknowledged, and is still open: ${stillOpen}`];
  const isCancelled = id !== undefined && (truth.cancelledAt(id) ?? Infinity) <= ending.at;
  if (isCancelled) return [];
  if (id !== undefined && !('username' in request)) {
    return unconfirmed.has(ask.id) ? [] : ['was acknowledged as confirmed, and was not cancelled'];
  }
  const isSettled = truth.was(username, at, ending.at, ({ active, open }) => !active && open.size === 0);
  return isSettled ? [] : ['was acknowledged, and the person was inside or invited all the time'];
}

/** What was ended although nobody asked for it. */
function unasked(asks: readonly Ask[], truth: Truth, startedAt: number): string[] {
  const real = asks.filter(({ kind }) => !REFUSED_KINDS.has(kind));
  const invitations = new Set(
    real.flatMap(({ request }) => ('invitationId' in request ? request['invitationId'] : [])),
  );
  const people = new Set(
    real.flatMap(({ request, username = '' }) =>
      'username' in request || 'userId' in request ? username.toLowerCase() : [],
    ),
  );
  return truth.events
    .filter(({ at, type }) => at >= startedAt && (type === 'cancelled' || type === 'removed'))
    .flatMap(({ type, username, invitationId = '', status, at }) => {
      if (type === 'removed' && status === 'ACTIVE') {
        const acceptedAt = truth.acceptedAt(username, at);
        const inGap = acceptedAt !== undefined && at - acceptedAt <= GAP;
        return inGap ? [] : [`${username}: a member was removed`];
      }
      if (type === 'removed' && status !== 'PENDING') return [`${username}: an entry was removed that was ${status}`];
      const isAsked = people.has(username.toLowerCase()) || invitations.has(invitationId);
      return isAsked ? [] : [`${username}: was cancelled, and nobody asked for it`];
    });
}

const REFUSED_KINDS: ReadonlySet<string> = new Set<Ask['kind']>([
  'dry run',
  'mistyped field',
  'witness of another',
  'removal, not allowed',
  'organization, not allowed',
]);
