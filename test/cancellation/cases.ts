import type { Organization } from '../../infra/emulators/atlas/organization.ts';
import { ANN, type Input, NO_INVITATION, NO_USER, type Scene } from './scene.ts';

export const PERSONS = ['pending', 'accepted', 'expired', 'rejected', 'unknown'] as const;
export const WAYS = ['invitationId', 'username', 'userId', 'invitationId and username'] as const;
export const PHASES = ['before', 'after'] as const;
export const REMOVALS = ['fail', 'remove', 'remove, not allowed'] as const;

export type Person = (typeof PERSONS)[number];
export type Way = (typeof WAYS)[number];
/** Before the end of the invites endpoint, or after it. */
export type Phase = (typeof PHASES)[number];
/** `ifAccepted`, and whether the deployment allows it. */
export type Removal = (typeof REMOVALS)[number];

/** What a case is to come to. */
export interface Expected {
  readonly outcome: string;
  readonly dryRun: string;
}

export interface Case {
  readonly phase: Phase;
  readonly person: Person;
  readonly way: Way;
  readonly removal: Removal;
  readonly expected: Expected;
}

interface Ids {
  readonly invitationId: string;
  readonly userId: string;
}

/** Where the address is known, or found out by the user's id. */
const BY_PERSON: Readonly<Record<Person, Expected>> = {
  pending: { outcome: 'cancelled', dryRun: 'would_cancel' },
  accepted: { outcome: 'InvitationAccepted', dryRun: 'InvitationAccepted' },
  expired: { outcome: 'already_gone', dryRun: 'would_do_nothing' },
  rejected: { outcome: 'already_gone', dryRun: 'would_do_nothing' },
  unknown: { outcome: 'already_gone', dryRun: 'would_do_nothing' },
};
const REMOVED: Expected = { outcome: 'member_removed', dryRun: 'would_remove' };

function expect({ phase, person, way, removal }: Omit<Case, 'expected'>): Expected {
  if (removal === 'remove, not allowed') return always('Forbidden');
  if (way === 'invitationId' && phase === 'after') return always('InvitationApiSunset');
  if (way === 'invitationId' && person !== 'pending') return always('InvitationNotFound');
  return person === 'accepted' && removal === 'remove' ? REMOVED : BY_PERSON[person];
}

function always(failure: string): Expected {
  return { outcome: failure, dryRun: failure };
}

/** Every case there is. */
export const CASES: readonly Case[] = PHASES.flatMap((phase) =>
  REMOVALS.flatMap((removal) =>
    PERSONS.flatMap((person) =>
      WAYS.map((way) => ({ phase, removal, person, way, expected: expect({ phase, removal, person, way }) })),
    ),
  ),
);

/** Puts Ann into the organization. Ids that were never given stand for someone unknown. */
export function put(organization: Organization, person: Person): Ids {
  if (person === 'unknown') return { invitationId: NO_INVITATION, userId: NO_USER };
  const ids = organization.invite(ANN);
  if (person === 'accepted') organization.accept(ANN);
  if (person === 'expired') organization.expire(ANN);
  if (person === 'rejected') organization.reject(ANN);
  return ids;
}

export function inputBy(way: Way, { invitationId, userId }: Ids): Input {
  if (way === 'invitationId') return { invitationId };
  if (way === 'username') return { username: ANN };
  return way === 'userId' ? { userId } : { invitationId, username: ANN };
}

/** An organization of so many members more, before or after the end of the invites endpoint. */
export function begin({ atlas, organization }: Scene, phase: Phase, people = 0): void {
  atlas.settings.sunset = phase === 'after' ? '410' : undefined;
  for (let number = 1; number <= people; number += 1) organization.addMember(`member${number}@example.com`);
}
