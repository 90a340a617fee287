import { describe, expect, it } from 'vitest';
import { faultFor } from './faults.ts';

const TARGETS = ['GET /orgs/a/invites', 'DELETE /orgs/a/invites/b', 'POST /api/oauth/token'];
const occurrences = Array.from({ length: 1_000 }, (_, index) => index + 1);
const faults = (seed: number, target: string) => occurrences.map((number) => faultFor(seed, 'atlas', target, number));

describe('what goes wrong with a request', () => {
  it.each(TARGETS)(
    'follows from the seed, from what is asked (%s) and from how often, and from nothing else',
    (target) => {
      expect(faults(1, target)).toEqual(faults(1, target));
      expect(faults(2, target)).not.toEqual(faults(1, target));
      expect(faults(1, `${target}/other`)).not.toEqual(faults(1, target));
    },
  );

  it.each(TARGETS)('is something in one case of four (%s), and each thing in some', (target) => {
    const found = faults(1, target).filter((fault) => fault !== undefined);
    expect(found.length).toBeGreaterThan(200);
    expect(found.length).toBeLessThan(300);
    expect(new Set(found.map(({ name }) => name)).size).toBeGreaterThanOrEqual(12);
  });

  it('does not make a body slow where there is none', () => {
    const names = faults(1, 'DELETE /orgs/a/invites/b').map((fault) => fault?.name);
    expect(names).not.toContain('API: slow body');
    expect(names).toContain('API: late answer');
  });
});
