import { describe, expect, it } from 'vitest';
import { sameAddress } from '../../lib/atlas/address.ts';

describe('two addresses', () => {
  it.each([
    ['ann@example.com', 'ann@example.com', true],
    ['Ann@Example.com', 'aNN@exAMPLE.COM', true],
    ['ann@example.com', 'bob@example.com', false],
    ['ann1@example.com', 'ann2@example.com', false],
    ['ann.b@example.com', 'ann_b@example.com', false],
    // No twins: the Kelvin sign and the dotted capital I have k and i as their lower case.
    ['\u212aate@example.com', 'kate@example.com', false],
    ['\u0130nge@example.com', 'inge@example.com', false],
    ['Änne@example.com', 'änne@example.com', false],
  ])('%s and %s are the same: %s', (one, other, same) => {
    expect(sameAddress(one, other)).toBe(same);
    expect(sameAddress(other, one)).toBe(same);
  });
});
