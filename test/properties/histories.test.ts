import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import type { Organization } from '../../infra/emulators/atlas/organization.ts';
import { type Input, NO_INVITATION, type Scene, startScene } from '../cancellation/scene.ts';

const PEOPLE = ['ann@example.com', 'bob@example.com'] as const;
const HOUR = 3_600_000;
const FAULTS = ['unexpectedError', 'emptyUnavailable', 'badGateway', 'resetBeforeActing', 'resetAfterActing'] as const;

/** What may happen to someone, whoever brings it about. */
interface Happening {
  readonly step: 'invite' | 'accept' | 'expire' | 'reject' | 'leave';
  readonly who: number;
}
interface Asking {
  readonly step: 'ask';
  readonly who: number;
  readonly by: 'username' | 'invitationId' | 'both' | 'userId';
  readonly remove: boolean;
  readonly dryRun: boolean;
  /** How the next answers of Atlas are broken. */
  readonly faults: readonly (typeof FAULTS)[number][];
}
type Step = Happening | Asking | { readonly step: 'sunset' } | { readonly step: 'pass' };

const who = fc.constantFrom(0, 0, 0, 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ step: fc.constant('invite' as const), who }), weight: 4 },
  {
    arbitrary: fc.record({ step: fc.constantFrom('accept', 'accept', 'accept', 'expire', 'reject', 'leave'), who }),
    weight: 5,
  },
  { arbitrary: fc.constantFrom<Step>({ step: 'sunset' }, { step: 'pass' }), weight: 1 },
  {
    arbitrary: fc.record({
      step: fc.constant('ask' as const),
      who,
      by: fc.constantFrom('username', 'invitationId', 'both', 'userId'),
      remove: fc.constantFrom(false, false, true),
      dryRun: fc.oneof({ arbitrary: fc.constant(false), weight: 4 }, fc.constant(true)),
      faults: fc.array(fc.constantFrom(...FAULTS), { maxLength: 3 }),
    }),
    weight: 6,
  },
);

/** The ids that someone last had, as a caller may have kept them. */
interface Kept {
  invitationId: string;
  userId: string;
}

let scene: Scene;
beforeAll(async () => {
  scene = await startScene({ ALLOW_MEMBER_REMOVAL: 'true' });
});
afterAll(() => scene.close());

function happen(organization: Organization, { step: what, who: index }: Happening, kept: Map<string, Kept>) {
  const username = PEOPLE[index] ?? PEOPLE[0];
  const person = organization.person(username);
  if (what === 'invite' && person?.status !== 'ACTIVE') kept.set(username, organization.invite(username));
  if (what === 'leave' && person?.status === 'ACTIVE') organization.remove(person);
  if (person?.status !== 'PENDING') return;
  if (what === 'accept' || what === 'expire' || what === 'reject') organization[what](username);
}

function inputOf({ by, who: index, remove, dryRun }: Asking, kept: Map<string, Kept>): Input {
  const username = PEOPLE[index] ?? PEOPLE[0];
  const { invitationId, userId } = kept.get(username) ?? { invitationId: NO_INVITATION, userId: 'f'.repeat(24) };
  const more = { dryRun, ifAccepted: remove ? 'remove' : 'fail' } as const;
  if (by === 'username') return { ...more, username };
  if (by === 'userId') return { ...more, userId };
  return { ...more, invitationId, ...(by === 'both' ? { username } : {}) };
}

const statusOf = (username: string) => scene.organization.person(username)?.status ?? 'absent';
const isOpen = (id: string) => scene.organization.invitations().some((invitation) => invitation.id === id);

/** Asks, with Atlas's next answers broken, and holds what came of it against what is so in Atlas. */
async function ask(given: Asking, kept: Map<string, Kept>): Promise<void> {
  const { atlas, organization, ask: send } = scene;
  const before = PEOPLE.map(statusOf);
  const { length } = organization.history;
  for (const fault of given.faults) atlas.faults.next(failures[fault](), /\/api\/atlas\//);
  const { outcome, served } = await send(inputOf(given, kept));
  atlas.faults.clear();

  const username = PEOPLE[given.who] ?? PEOPLE[0];
  const ended = organization.history.slice(length);
  const told = JSON.stringify({ given, before, outcome, ended });
  // No one else, nobody in a dry run, and no member unasked.
  expect(
    ended.filter((event) => event.username !== username || given.dryRun),
    told,
  ).toEqual([]);
  if (!given.remove)
    expect(
      ended.filter(({ status }) => status === 'ACTIVE'),
      told,
    ).toEqual([]);
  // Where an answer was lost, the invitation may have been gone before: gone is what is told then, not by whom.
  if (outcome === 'cancelled' && given.faults.length === 0) expect(ended, told).not.toEqual([]);
  if (outcome === 'already_gone') expect(ended, told).toEqual([]);
  if (outcome === 'member_removed')
    expect(
      ended.some(({ status }) => status === 'ACTIVE'),
      told,
    ).toBe(true);
  if (outcome === 'InvitationAccepted') expect(statusOf(username), told).toBe('ACTIVE');
  if (served.failure?.retry === false) expect(ended, told).toEqual([]);
  // Cancelled means gone: the invitation, where that was asked for; every one of the person's, where the person was.
  if (served.result && !given.dryRun) {
    if (given.by === 'invitationId' || given.by === 'both')
      expect(isOpen(kept.get(username)?.invitationId ?? ''), told).toBe(false);
    else expect(['absent', 'INVITATION_EXPIRED', 'INVITATION_REJECTED'], told).toContain(statusOf(username));
  }
}

describe('whatever people and Atlas do, one thing after the other', () => {
  it('no member is removed unasked, nobody else is touched, and cancelled means gone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 16, size: 'max' }), async (steps) => {
        const { atlas, organization, clock } = scene;
        const kept = new Map<string, Kept>();
        atlas.settings.sunset = undefined;
        clock.advance(2 * HOUR); // What was learnt of the endpoint's end is looked at afresh.
        for (const person of organization.all()) organization.remove(person);
        for (const taken of steps) {
          if (taken.step === 'ask') await ask(taken, kept);
          else if (taken.step === 'sunset') atlas.settings.sunset = '410';
          else if (taken.step === 'pass') clock.advance(2 * HOUR);
          else happen(organization, taken, kept);
        }
      }),
      { numRuns: 60 },
    );
  });
});
