import { describe, expect, it } from 'vitest';
import { type Evidence, judgeRefusal } from '../../lib/credentials/refusal.ts';

/** Of a credential that has worked for what it is refused for now. */
const WORKED: Evidence = { fresh: false, worked: true, uncured: false, underWay: undefined, due: true };
const UNKNOWN: Evidence = { ...WORKED, worked: false };

describe('a 401', () => {
  it.each([
    ['to what has worked', WORKED, 'dead'],
    ['to what has worked, though another 401 was looked into just now', { ...WORKED, due: false }, 'dead'],
    ['to what has worked, while a doubt is looked into', { ...WORKED, underWay: 'doubtful' }, 'dead'],
    ['to what has worked, while it is being replaced as dead', { ...WORKED, underWay: 'dead' }, 'awaited'],
    ['to what others have done meanwhile, and no renewal has cured', { ...WORKED, uncured: true }, 'doubtful'],
    ['to the same within a minute', { ...WORKED, uncured: true, due: false }, 'known'],
    ['to what never worked', UNKNOWN, 'doubtful'],
    ['to what never worked, while a doubt is looked into', { ...UNKNOWN, underWay: 'doubtful', due: false }, 'awaited'],
    ['to what never worked, while it is being replaced as dead', { ...UNKNOWN, underWay: 'dead' }, 'awaited'],
    ['to what never worked, within a minute of another', { ...UNKNOWN, due: false }, 'outdated'],
    ['to the same again', { ...UNKNOWN, uncured: true, due: false }, 'known'],
    ['to the same a minute later', { ...UNKNOWN, uncured: true }, 'doubtful'],
    [
      'to what never worked, while the secret is read for another',
      { ...UNKNOWN, underWay: 'outdated', due: false },
      'awaited',
    ],
    [
      'to what is refused for good, while the secret is read for another',
      { ...WORKED, uncured: true, underWay: 'outdated', due: false },
      'awaited',
    ],
    ['to what never worked, once another token may be minted', { ...UNKNOWN, underWay: 'outdated' }, 'doubtful'],
    [
      'to what has worked, while the secret is read for another',
      { ...WORKED, underWay: 'outdated', due: false },
      'dead',
    ],
    ['to one obtained since the first', { ...WORKED, fresh: true }, 'lasting'],
    [
      'to one obtained since the first, which is being replaced',
      { ...WORKED, fresh: true, underWay: 'dead' },
      'lasting',
    ],
  ] as const)('%s', (_, evidence, verdict) => {
    expect(judgeRefusal(evidence)).toBe(verdict);
  });
});
