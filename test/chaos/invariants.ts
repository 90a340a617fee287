import type { MembershipEvent } from '../../infra/emulators/atlas/membership.ts';
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
  /** When Atlas ended the invites endpoint, if it did. */
  readonly sunsetAt: number;
}

/** All that must not have happened, in words, and how often the one thing did that can't be ruled out. */
export interface Findings {
  readonly violations: readonly string[];
  readonly removedInGap: number;
}

/** Milliseconds between Atlas's reading of a pending entry and the deletion that rests on it: a look may take a second. */
const GAP = 1_000 + 2 * LONGEST_WAY;

const REFUSED: Readonly<
  Partial<Record<FailureName, (ask: Ask, truth: Truth, at: number, sunsetAt: number) => boolean>>
> = {
  InvitationAccepted: ({ username = '', at }, truth, end) => truth.was(username, at, end, ({ active }) => active),
  InvitationNotFound: ({ request, at }, truth, end) =>
    !('username' in request) && !truth.wasOpen(`${request['invitationId']}`, end, end) && at <= end,
  InvitationApiSunset: ({ request }, _, end, sunsetAt) =>
    !('username' in request || 'userId' in request) && end >= sunsetAt,
  InvalidRequest: ({ kind }) => kind === 'mistyped field' || kind === 'witness of another',
  Forbidden: ({ kind }) => kind === 'removal, not allowed' || kind === 'organization, not allowed',
};

/** Compares how everything ended with what really happened. */
export function judgeRun(evidence: Evidence): Findings {
  const { asks, endings } = evidence;
  const truths = new Map([...new Set(asks.map(({ organization }) => organization))].map((o) => [o, new Truth(o)]));
  const found: string[] = [];
  const report = ({ id, kind, door }: Ask, what: string) => found.push(`${id} (${door}, ${kind}): ${what}`);

  for (const ask of asks) {
    const truth = truths.get(ask.organization);
    const ended = endings.get(ask.id) ?? [];
    if (!truth || ended.length === 0) report(ask, 'is neither done nor refused');
    else for (const ending of ended) for (const what of wrong(ask, ending, truth, evidence)) report(ask, what);
  }
  for (const [organization, truth] of truths) {
    found.push(
      ...unasked(
        asks.filter((ask) => ask.organization === organization),
        truth,
        evidence,
      ),
    );
  }
  const inGap = [...truths.values()].flatMap((truth) => truth.events.filter((event) => isInGap(event, truth)));
  return { violations: found, removedInGap: inGap.length };
}

function wrong(ask: Ask, ending: Ending, truth: Truth, { unconfirmed, sunsetAt }: Evidence): string[] {
  if (ending.kind === 'refused') {
    const { name, at } = ending;
    const isRight = name in FAILURES && REFUSED[name as FailureName]?.(ask, truth, at, sunsetAt);
    return isRight ? [] : [`was refused as ${name}, which is not so`];
  }
  const { request, at, kind } = ask;
  if (kind === 'dry run') return [];
  const id = 'invitationId' in request ? `${request['invitationId']}` : undefined;
  if (id !== undefined && (truth.cancelledAt(id) ?? Infinity) <= ending.at) return [];
  // After its sunset nothing knows of an invitation's id: the person who is named with it is who is meant.
  const byPerson = id === undefined || (ending.at >= sunsetAt && 'username' in request);
  const username = ask.username ?? `${request['username']}`;
  const stillOpen = (byPerson ? truth.invitationsOf(username, at) : [id]).filter((each) =>
    ask.organization.invitation(each),
  );
  if (stillOpen.length > 0) return [`was acknowledged, and is still open: ${stillOpen}`];
  if (id !== undefined && !('username' in request)) {
    return unconfirmed.has(ask.id) ? [] : ['was acknowledged as confirmed, and was not cancelled'];
  }
  const isSettled = truth.was(username, at, ending.at, ({ active, open }) => !active && open.size === 0);
  return isSettled ? [] : ['was acknowledged, and the person was inside or invited all the time'];
}

/** What was ended although nobody asked for it. */
function unasked(asks: readonly Ask[], truth: Truth, { startedAt, sunsetAt }: Evidence): string[] {
  const hasSunset = sunsetAt < Infinity;
  const real = asks.filter(({ kind }) => !REFUSED_KINDS.has(kind) || (hasSunset && kind === 'witness of another'));
  const invitations = new Set(
    real.flatMap(({ request }) => ('invitationId' in request ? request['invitationId'] : [])),
  );
  const people = new Set(
    real.flatMap(({ request, username = `${request['username']}` }) =>
      'username' in request || 'userId' in request ? username.toLowerCase() : [],
    ),
  );
  return truth.events
    .filter(({ at, type }) => at >= startedAt && (type === 'cancelled' || type === 'removed'))
    .flatMap((event) => {
      const { type, username, invitationId = '', status } = event;
      if (type === 'removed' && status !== 'PENDING') {
        if (isInGap(event, truth)) return [];
        return [status === 'ACTIVE' ? `${username}: a member was removed` : `${username}: removed, although ${status}`];
      }
      const isAsked = people.has(username.toLowerCase()) || invitations.has(invitationId);
      return isAsked ? [] : [`${username}: was cancelled, and nobody asked for it`];
    });
}

/** A change that fell between the look and the deletion: what lib/cancellation/through-users.ts says it can't see. */
function isInGap({ type, status, username, at }: MembershipEvent, truth: Truth): boolean {
  const changedAt = truth.answeredAt(username, at);
  return type === 'removed' && status !== 'PENDING' && changedAt !== undefined && at - changedAt <= GAP;
}

const REFUSED_KINDS: ReadonlySet<string> = new Set<Ask['kind']>([
  'dry run',
  'mistyped field',
  'witness of another',
  'removal, not allowed',
  'organization, not allowed',
]);
