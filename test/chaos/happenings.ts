import type { Organization } from '../../infra/emulators/atlas/organization.ts';
import type { ServiceAccount } from '../../infra/emulators/atlas/service-account.ts';
import { rotateAsAwsDoes } from '../../infra/emulators/secrets-manager/rotation.ts';
import type { SecretsManager } from '../../infra/emulators/secrets-manager/secrets-manager.ts';
import type { VirtualTime } from '../queue/simulation/virtual-time.ts';
import type { Ask } from './asks.ts';
import { chanceOf, pick } from './chance.ts';

/** Of the people who are invited, so many answer the invitation while somebody asks to cancel it; of those asked, invited again. */
const ANSWERING = 0.15;
const INVITED_AGAIN = 0.02;
const REVOCATIONS = 3;
/** Milliseconds between two steps of a rotation. */
const STEP = 3_000;

/** What goes on in an organization while the functions are at work on it. Times follow from the seed alone. */
export interface Happenings {
  answered: number;
  invitedAgain: number;
  revocations: number;
  rotations: number;
}

export interface HappeningsOptions {
  readonly seed: number;
  readonly time: VirtualTime;
  /** Milliseconds over which things happen. */
  readonly span: number;
  readonly secretsManager: SecretsManager;
}

/** People accept, let expire, reject, and are invited again. */
export function livePeople({ seed, time, span }: HappeningsOptions, asks: readonly Ask[], counts: Happenings): void {
  for (const { id, kind, organization, username, at } of asks) {
    if (username === undefined) continue;
    // Of somebody with two invitations of which Atlas lists one, the other stays: no more than what it lists is cancelled.
    const mayBeInvitedAgain = !kind.startsWith('unlisted');
    const chance = (about: string) => chanceOf(seed, id, about);
    // Half of them about when somebody asks, where it hurts most.
    const when = chance('early') < 0.5 ? chance('when') * 20_000 : chance('when') * span;
    if (chance('answers') < ANSWERING) {
      time.schedule(at + when - time.now(), () => {
        if (organization.person(username)?.status !== 'PENDING') return;
        organization[pick(['accept', 'accept', 'expire', 'reject'] as const, chance('how'))](username);
        counts.answered += 1;
      });
    }
    if (mayBeInvitedAgain && chance('is invited again') < INVITED_AGAIN) {
      time.schedule(at + when - time.now(), () => {
        if (organization.person(username)?.status === 'ACTIVE') return;
        organization.invite(username);
        counts.invitedAgain += 1;
      });
    }
  }
}

/** Tokens are killed, and the secret is rotated in the middle. */
export function liveCredentials(
  { seed, time, span, secretsManager }: HappeningsOptions,
  organization: Organization,
  account: ServiceAccount,
  counts: Happenings,
): Promise<void> {
  for (let number = 1; number <= REVOCATIONS; number += 1) {
    time.schedule(chanceOf(seed, organization.id, 'revocation', number) * span, () => {
      account.revokeTokens();
      counts.revocations += 1;
    });
  }
  return time
    .wait((0.3 + 0.4 * chanceOf(seed, organization.id, 'rotation')) * span)
    .then(() => rotateAsAwsDoes(account, secretsManager, organization.id, () => time.wait(STEP)))
    .then(() => {
      counts.rotations += 1;
    });
}
