/** What is known when Atlas has answered 401 to the credential at hand. */
export interface Evidence {
  /** It was obtained, from a secret read anew, after the same request had been refused with an earlier one. */
  readonly fresh: boolean;
  /** It has worked for the same use, or those before it have and nothing speaks against this one. */
  readonly worked: boolean;
  /** That a 401 to this use was looked into has not cured it, as far as is known. */
  readonly uncured: boolean;
  /** What the renewal that is on its way takes the credential for, if there is one. */
  readonly underWay: Suspicion | undefined;
  /** No other credential was looked for in vain of late, for the sake of whatever use. */
  readonly due: boolean;
}

/** What a credential is taken for that another one is to be obtained for. */
export type Suspicion =
  /** It has died, since it did work: replace it at once, from a secret read anew. */
  | 'dead'
  /** It may have died, or the role may be missing: read the secret anew, and leave this one to those whom it serves. */
  | 'doubtful'
  /** As doubtful, but too early for another token: only that the secret was rotated, which has to be read, is worth one. */
  | 'outdated';

/** What a 401 says of the credential, and so what is to be done. */
type RefusalVerdict =
  /** A new one is no better: the use is refused, not the credential. */
  | 'lasting'
  /** Nothing yet: wait for the one that is on its way. */
  | 'awaited'
  /** Nothing new: this use was refused before, and a 401 was looked into within the minute. */
  | 'known'
  | Suspicion;

/**
 * Judges a 401. Its answer does not say whether the credential is dead or the role missing (both are seen with the code
 * USER_UNAUTHORIZED), only what it has worked for does: so a death is cured however often, and what lasts costs one renewal
 * a minute. That one use is refused says little of another: the first 401 to each has the secret read, or a rotation within
 * that minute would fail requests that the new secret serves.
 */
export function judgeRefusal({ fresh, worked, uncured, underWay, due }: Evidence): RefusalVerdict {
  if (fresh) return 'lasting';
  const dead = worked && !uncured;
  if (underWay === 'dead') return 'awaited';
  if (dead) return 'dead';
  if (underWay === 'doubtful' || (underWay === 'outdated' && !due)) return 'awaited';
  if (due) return 'doubtful';
  return uncured ? 'known' : 'outdated';
}
