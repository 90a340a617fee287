import type { Organization } from '../../emulators/atlas/organization.ts';

/** Someone in an organization, with the ids that Atlas gave. */
export interface Invited {
  readonly username: string;
  readonly invitationId: string;
  readonly userId: string;
}

export interface People {
  /** Five whose invitations are pending. */
  readonly ann: Invited;
  readonly bob: Invited;
  readonly cat: Invited;
  readonly pat: Invited;
  readonly sue: Invited;
  /** Has accepted. */
  readonly dan: Invited;
  /** Did not answer in time. */
  readonly eve: Invited;
  /** Has rejected the invitation. */
  readonly fay: Invited;
}

/** Was never invited. */
export const GUS = 'gus@example.com';

/** Brings people in every state into an organization. */
export function invitePeople(organization: Organization): People {
  const invite = (name: string): Invited => {
    const username = `${name}@example.com`;
    return { username, ...organization.invite(username) };
  };
  const [dan, eve, fay] = [invite('dan'), invite('eve'), invite('fay')];
  organization.accept(dan.username);
  organization.expire(eve.username);
  organization.reject(fay.username);
  return {
    ann: invite('ann'),
    bob: invite('bob'),
    cat: invite('cat'),
    pat: invite('pat'),
    sue: invite('sue'),
    dan,
    eve,
    fay,
  };
}
