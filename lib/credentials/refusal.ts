/** What is known when Atlas has answered 401 to the credential at hand. */
export interface Evidence {
  /** It was obtained, from a secret read anew, after the same request had been refused with an earlier one. */
  readonly fresh: boolean;
  /** It has worked for the same use, or those before it have and nothing speaks against this one. */
  readonly worked: boolean;
  /** The last renewal for the sake of this use has not cured it, as far as is known. */
  readonly uncured: boolean;
  /** What the renewal that is on its way takes the credential for, if there is one. */
  readonly underWay: 'dead' | 'doubtful' | undefined;
  /** No 401 of any use was looked into of late. */
  readonly due: boolean;
}

/** What a 401 says of the credential, and so what is to be done. */
type RefusalVerdict =
  /** A new one is no better: the use is refused, not the credential. */
  | 'lasting'
  /** Nothing yet: wait for the one that is on its way. */
  | 'awaited'
  /** It has died, since it did work: replace it at once, from a secret read anew. */
  | 'dead'
  /** It may have died, or the role may be missing: read the secret anew, and leave this one to those whom it serves. */
  | 'doubtful'
  /** Nothing new: a 401 was looked into within the minute. */
  | 'known';

/**
 * Judges a 401. Its answer does not say whether the credential is dead or the role missing (both are seen with the code
 * USER_UNAUTHORIZED), only what it has worked for does: so a death is cured however often, and what lasts costs one renewal
 * a minute.
 */
export function judgeRefusal({ fresh, worked, uncured, underWay, due }: Evidence): RefusalVerdict {
  if (fresh) return 'lasting';
  const dead = worked && !uncured;
  if (underWay === 'dead' || (underWay === 'doubtful' && !dead)) return 'awaited';
  if (dead) return 'dead';
  return due ? 'doubtful' : 'known';
}
