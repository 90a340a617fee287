import type { Ids } from './ids.ts';
import type { Invitation, InviteOptions, MembershipEvent, MembershipStatus, Person } from './membership.ts';

const DAY = 86_400_000;

/** The people of one organization: who is invited, who is a member, and how it came to be. */
export class People {
  /** Append-only record of all that happened. */
  readonly history: MembershipEvent[] = [];
  /** Invitations to projects: id and address. The organization's endpoints do not show them. */
  readonly projectInvitations = new Map<string, string>();
  /** Ids of members who were removed. */
  readonly formerMembers = new Set<string>();
  readonly #ids: Ids;
  readonly #clock: () => number;
  /** By address in lower case: one entry for each person. */
  readonly #byName = new Map<string, Person>();
  readonly #byId = new Map<string, Person>();
  readonly #invitations = new Map<string, Invitation>();

  constructor(ids: Ids, clock: () => number) {
    this.#ids = ids;
    this.#clock = clock;
  }

  /** Invites a person; again while pending: a second invitation to the same entry. A lapsed entry is replaced. */
  invite(username: string, options: InviteOptions = {}): { invitationId: string; userId: string } {
    let person = this.person(username);
    if (person?.status === 'ACTIVE') throw new Error('a member cannot be invited (409 USER_ALREADY_EXISTS)');
    const now = this.#clock();
    const expiresAt = options.expiresAt ?? now + 30 * DAY;
    if (person?.status !== 'PENDING') {
      if (person) this.#drop(person);
      person = this.#add(username, 'PENDING', options);
    }
    person.invitationExpiresAt = Math.max(expiresAt, person.invitationExpiresAt ?? 0);
    const invitation: Invitation = {
      id: this.#ids('invitation'),
      username,
      person,
      roles: options.roles ?? ['ORG_MEMBER'],
      teamIds: options.teamIds ?? [],
      groupRoleAssignments: options.groupRoleAssignments ?? [],
      inviterUsername: options.inviterUsername ?? 'owner@example.com',
      createdAt: now,
      expiresAt,
      listed: options.listed ?? true,
    };
    person.invitations.push(invitation);
    this.#invitations.set(invitation.id, invitation);
    this.#record('invited', person, { invitationId: invitation.id });
    return { invitationId: invitation.id, userId: person.id };
  }

  inviteToProject(username: string): { invitationId: string } {
    const invitationId = this.#ids('invitation');
    this.projectInvitations.set(invitationId, username);
    return { invitationId };
  }

  /** The pending person becomes a member; the invitation is gone from the invites endpoint. */
  accept(username: string): void {
    const person = this.#pending(username);
    const status = person.status;
    this.#closeInvitations(person);
    person.status = 'ACTIVE';
    person.createdAt = this.#clock();
    this.#record('accepted', person, { status });
  }

  expire(username: string): void {
    this.#lapse(this.#pending(username), 'INVITATION_EXPIRED', 'expired');
  }

  reject(username: string): void {
    const person = this.#pending(username);
    this.#lapse(person, 'INVITATION_REJECTED', 'rejected');
    person.invitationExpiresAt = null;
  }

  /** Puts an active member in place. */
  addMember(username: string, { owner = false }: { owner?: boolean } = {}): { userId: string } {
    if (this.person(username)) throw new Error('there is an entry for this person already');
    const person = this.#add(username, 'ACTIVE', { roles: [owner ? 'ORG_OWNER' : 'ORG_MEMBER'] });
    this.#record('joined', person, {});
    return { userId: person.id };
  }

  /** The entry for an address, in any letter case. */
  person(username: string): Person | undefined {
    const person = this.#byName.get(username.toLowerCase());
    if (person) this.#settle(person);
    return person;
  }

  personById(userId: string): Person | undefined {
    const person = this.#byId.get(userId);
    if (person) this.#settle(person);
    return person;
  }

  /** All entries, oldest first. */
  all(): Person[] {
    const people = [...this.#byName.values()];
    for (const person of people) this.#settle(person);
    return people;
  }

  members(): Person[] {
    return this.all().filter((person) => person.status === 'ACTIVE');
  }

  /** Open invitations, oldest first. */
  invitations(): Invitation[] {
    for (const person of this.#byName.values()) this.#settle(person);
    return [...this.#invitations.values()];
  }

  invitation(invitationId: string): Invitation | undefined {
    const found = this.#invitations.get(invitationId);
    if (found) this.#settle(found.person);
    return this.#invitations.get(invitationId);
  }

  /** Takes one invitation back; the entry goes with its last one. */
  cancel(invitation: Invitation): void {
    const { person } = invitation;
    this.#record('cancelled', person, { invitationId: invitation.id, status: person.status, via: 'invites' });
    this.#invitations.delete(invitation.id);
    person.invitations = person.invitations.filter((other) => other !== invitation);
    if (person.invitations.length === 0) this.#drop(person);
  }

  /** Removes an entry with all its invitations. */
  remove(person: Person): void {
    this.#record('removed', person, { status: person.status, via: 'users' });
    this.#closeInvitations(person);
    if (person.status === 'ACTIVE') this.formerMembers.add(person.id);
    this.#drop(person);
  }

  #add(username: string, status: MembershipStatus, options: InviteOptions): Person {
    const now = this.#clock();
    const person: Person = {
      id: this.#ids('user'),
      username,
      status,
      roles: options.roles ?? ['ORG_MEMBER'],
      teamIds: options.teamIds ?? [],
      groupRoleAssignments: options.groupRoleAssignments ?? [],
      inviterUsername: options.inviterUsername ?? 'owner@example.com',
      invitationCreatedAt: now,
      invitationExpiresAt: null,
      createdAt: now,
      invitations: [],
    };
    this.#byName.set(username.toLowerCase(), person);
    this.#byId.set(person.id, person);
    return person;
  }

  #pending(username: string): Person {
    const person = this.person(username);
    if (person?.status !== 'PENDING')
      throw new Error(`no pending person of that address (${person?.status ?? 'absent'})`);
    return person;
  }

  #lapse(person: Person, to: MembershipStatus, type: 'expired' | 'rejected'): void {
    const status = person.status;
    this.#closeInvitations(person);
    person.status = to;
    this.#record(type, person, { status });
  }

  /** Lets what is past its time expire. */
  #settle(person: Person): void {
    if (person.status !== 'PENDING') return;
    const now = this.#clock();
    if (person.invitations.every(({ expiresAt }) => expiresAt > now)) return;
    for (const { id, expiresAt } of person.invitations) if (expiresAt <= now) this.#invitations.delete(id);
    person.invitations = person.invitations.filter(({ expiresAt }) => expiresAt > now);
    if (person.invitations.length === 0) this.#lapse(person, 'INVITATION_EXPIRED', 'expired');
  }

  #closeInvitations(person: Person): void {
    for (const { id } of person.invitations) this.#invitations.delete(id);
    person.invitations = [];
  }

  #drop(person: Person): void {
    this.#byName.delete(person.username.toLowerCase());
    this.#byId.delete(person.id);
  }

  #record(type: MembershipEvent['type'], person: Person, more: Partial<MembershipEvent>): void {
    this.history.push({ type, username: person.username, userId: person.id, ...more, at: this.#clock() });
  }
}
