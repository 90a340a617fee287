import type { Held } from './held.ts';
import type { Suspicion } from './refusal.ts';
import type { Secret } from './secret.ts';

/** More than all the waits of one flight together; and for so long a secret that was read serves those who ask after that. */
const LONGEST_FLIGHT_MILLISECONDS = 60_000;

/** A new credential on its way: the secret is read for all who ask, and used as soon as one asks whom it serves. */
export interface Flight {
  /** Counted up from 1, in the order in which the readings began. */
  readonly number: number;
  readonly begunAt: number;
  /** The credential that was refused, and what it is taken for; undefined where none was. */
  readonly replacing: Held | undefined;
  readonly taken: Suspicion | undefined;
  readonly secret: Promise<Secret>;
  isRead: boolean;
  landing: Promise<Held> | undefined;
  /** Another one is being made since, from a secret read later: this one is kept by nobody. */
  superseded: boolean;
}

/** False for one so old that it has served nobody, or that Lambda froze the process in the middle of: it is given up. */
export function isUnderWay({ begunAt }: Flight, now: number): boolean {
  return now - begunAt < LONGEST_FLIGHT_MILLISECONDS;
}

/** False for one whose secret serves none of those who have asked: no credential is made of it, and nobody waits for one. */
export function isRenewing({ isRead, landing }: Flight): boolean {
  return !isRead || landing !== undefined;
}
