import type { Organization } from '../../infra/emulators/atlas/organization.ts';
import { pick, pickWeighted } from './chance.ts';
import type { Scale } from './scale.ts';

/** Something that is asked for, through one of the doors. */
export interface Ask {
  readonly id: string;
  readonly kind: Kind;
  readonly door: 'queue' | 'http' | 'workflow';
  readonly organization: Organization;
  /** Text for the queue; for the others, the request. */
  readonly request: Readonly<Record<string, unknown>>;
  /** Person whom the request is about, where it says so in any way. */
  readonly username: string | undefined;
  /** Virtual time, milliseconds. */
  readonly at: number;
}

type Subject = Readonly<Record<string, unknown>>;

interface Made {
  readonly subject: Subject;
  readonly username?: string;
}

/** How the person stands to begin with, and how the request names the invitation; how often, of a hundred. */
const KINDS = {
  invitation: [46, (world) => about(world.pending(), ({ invitationId }) => ({ invitationId }))],
  'invitation with witness': [
    10,
    (world) =>
      about(world.pending(), ({ invitationId, username }) => ({ invitationId, username: world.respell(username) })),
  ],
  person: [9, (world) => about(world.pending(), ({ username }) => ({ username: world.respell(username) }))],
  'person invited twice': [2, (world) => about(world.pending({ twice: true }), ({ username }) => ({ username }))],
  user: [8, (world) => about(world.pending(), ({ userId }) => ({ userId }))],
  'unlisted person': [2, (world) => about(world.pending({ listed: false }), ({ username }) => ({ username }))],
  'unlisted user': [1, (world) => about(world.pending({ listed: false }), ({ userId }) => ({ userId }))],
  member: [3, (world) => about(world.member(), ({ username }) => ({ username }))],
  'member as user': [2, (world) => about(world.member(), ({ userId }) => ({ userId }))],
  'accepted invitation': [2, (world) => about(world.ended('accept'), ({ invitationId }) => ({ invitationId }))],
  'accepted invitation with witness': [
    2,
    (world) => about(world.ended('accept'), ({ invitationId, username }) => ({ invitationId, username })),
  ],
  'expired person': [2, (world) => about(world.ended('expire'), ({ username }) => ({ username }))],
  'rejected invitation with witness': [
    2,
    (world) => about(world.ended('reject'), ({ invitationId, username }) => ({ invitationId, username })),
  ],
  nobody: [2, (world) => ({ subject: { username: world.newAddress() } })],
  'witness of another': [
    2,
    (world) => ({ subject: { invitationId: world.pending().invitationId, username: world.pending().username } }),
  ],
  'dry run': [2, (world) => about(world.pending(), ({ username }) => ({ username, dryRun: true }))],
  'removal, not allowed': [1, (world) => about(world.member(), ({ username }) => ({ username, ifAccepted: 'remove' }))],
  'organization, not allowed': [1, () => ({ subject: { orgId: 'f'.repeat(24), invitationId: 'b'.repeat(24) } })],
  'mistyped field': [1, (world) => about(world.pending(), ({ invitationId }) => ({ invitationId, dryrun: true }))],
} as const satisfies Record<string, readonly [number, (world: Population) => Made]>;

export type Kind = keyof typeof KINDS;

const WEIGHTED = Object.entries(KINDS).map(
  ([kind, [weight, make]]) => [weight, { kind: kind as Kind, make: make as (world: Population) => Made }] as const,
);

interface Person {
  readonly username: string;
  readonly invitationId: string;
  readonly userId: string;
}

function about<P extends { readonly username: string }>(person: P, name: (person: P) => Subject): Made {
  return { subject: name(person), username: person.username };
}

/** Fills an organization with people in every state, each with somebody who asks. */
export class Population {
  readonly #organization: Organization;
  readonly #random: () => number;
  #count = 0;

  constructor(organization: Organization, random: () => number) {
    this.#organization = organization;
    this.#random = random;
  }

  ask(id: string, door: Ask['door'], at: number): Ask {
    const { kind, make } = pickWeighted(WEIGHTED, this.#random());
    const { subject, username } = make(this);
    const organization = this.#organization;
    const request = { orgId: organization.id, ...subject };
    return { id, kind, door, organization, request, username, at };
  }

  newAddress(): string {
    this.#count += 1;
    return `Person.${this.#organization.id.slice(-4)}.${this.#count}@example.com`;
  }

  pending({ listed = true, twice = false } = {}): Person {
    const username = this.newAddress();
    const invited = this.#organization.invite(username, { listed });
    if (twice) this.#organization.invite(username);
    return { ...invited, username };
  }

  member(): Omit<Person, 'invitationId'> {
    const username = this.newAddress();
    return { ...this.#organization.addMember(username), username };
  }

  ended(how: 'accept' | 'expire' | 'reject'): Person {
    const person = this.pending();
    this.#organization[how](person.username);
    return person;
  }

  /** The same address, sometimes in another letter case. */
  respell(username: string): string {
    return this.#random() < 0.3 ? username.toLowerCase() : username;
  }
}

/** Everything that is asked for over a run that begins then, in every organization. */
export function populate(
  organizations: readonly Organization[],
  scale: Scale,
  random: () => number,
  from: number,
): Ask[] {
  const populations = organizations.map((organization) => new Population(organization, random));
  const doors = [
    ...Array.from({ length: scale.messages }, () => 'queue' as const),
    ...Array.from({ length: scale.http }, () => 'http' as const),
    ...Array.from({ length: scale.workflows }, () => 'workflow' as const),
  ];
  return doors.map((door, number) =>
    pick(populations, random()).ask(`${door}-${number}`, door, from + random() * scale.seconds * 1_000),
  );
}
