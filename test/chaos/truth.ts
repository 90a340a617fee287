import type { MembershipEvent } from '../../infra/emulators/atlas/membership.ts';
import type { Organization } from '../../infra/emulators/atlas/organization.ts';

/** How a person stood, from one moment until the next. */
interface Standing {
  readonly from: number;
  readonly active: boolean;
  /** Invitations that were open. */
  readonly open: ReadonlySet<string>;
}

const ABSENT: Standing = { from: Number.NEGATIVE_INFINITY, active: false, open: new Set() };

/** What really happened in an organization, told from the simulator's own record and from nothing that a function said. */
export class Truth {
  readonly #standings = new Map<string, Standing[]>();
  readonly #cancelled = new Map<string, number>();
  readonly #invitations = new Map<string, { readonly username: string; readonly at: number }>();
  readonly events: readonly MembershipEvent[];

  constructor({ history }: Organization) {
    this.events = history;
    for (const event of history) this.#add(event);
  }

  /** Whether there was a moment between the two at which the person stood so. */
  was(username: string, from: number, to: number, so: (standing: Standing) => boolean): boolean {
    const standings = [ABSENT, ...(this.#standings.get(username.toLowerCase()) ?? [])];
    return standings.some(
      (standing, index) => so(standing) && standing.from <= to && (standings[index + 1]?.from ?? Infinity) >= from,
    );
  }

  /** When the invitation was cancelled, if it was. */
  cancelledAt(invitationId: string): number | undefined {
    return this.#cancelled.get(invitationId);
  }

  /** Whether the invitation was open at some moment between the two. */
  wasOpen(invitationId: string, from: number, to: number): boolean {
    const invitation = this.#invitations.get(invitationId);
    return invitation !== undefined && this.was(invitation.username, from, to, ({ open }) => open.has(invitationId));
  }

  /** When the person last accepted or rejected an invitation, or let it expire, before this moment. */
  answeredAt(username: string, before: number): number | undefined {
    return this.events.findLast(
      (event) => /^(accepted|expired|rejected)$/.test(event.type) && event.username === username && event.at <= before,
    )?.at;
  }

  invitationsOf(username: string, until: number): string[] {
    return [...this.#invitations]
      .filter(([, made]) => made.at <= until && made.username.toLowerCase() === username.toLowerCase())
      .map(([id]) => id);
  }

  #add({ type, username, invitationId = '', at }: MembershipEvent): void {
    const key = username.toLowerCase();
    const standings = this.#standings.get(key) ?? [];
    const last = standings.at(-1) ?? ABSENT;
    const open = new Set(last.open);
    if (type === 'invited') {
      open.add(invitationId);
      this.#invitations.set(invitationId, { username, at });
    } else if (type === 'cancelled') {
      open.delete(invitationId);
      this.#cancelled.set(invitationId, at);
    } else open.clear();
    standings.push({ from: at, active: type === 'accepted' || type === 'joined', open });
    this.#standings.set(key, standings);
  }
}
