import { describe, expect, it } from 'vitest';
import { faultFor, type Kind } from './faults.ts';

/** Whom a request is for, what it asks, what the report calls that, and how many things can go wrong with it. */
const REQUESTS = [
  ['atlas', 'GET /orgs/a/invites', 'API', 17],
  ['atlas', 'DELETE /orgs/a/invites/b', 'API', 16],
  ['atlas', 'POST /api/oauth/token', 'token', 15],
  ['secrets-manager', 'POST /', 'Secrets Manager', 4],
] as const;
const occurrences = Array.from({ length: 1_000 }, (_, index) => index + 1);
const faults = (seed: number, kind: Kind, target: string) =>
  occurrences.map((number) => faultFor(seed, kind, target, number));
const found = (seed: number, kind: Kind, target: string) =>
  faults(seed, kind, target).filter((fault) => fault !== undefined);

describe('what goes wrong with a request', () => {
  it.each(REQUESTS)(
    'follows from the seed, from what is asked of whom (%s: %s) and from how often, and from nothing else',
    (kind, target) => {
      expect(faults(1, kind, target)).toEqual(faults(1, kind, target));
      expect(faults(2, kind, target)).not.toEqual(faults(1, kind, target));
      expect(faults(1, kind, `${target}/other`)).not.toEqual(faults(1, kind, target));
    },
  );

  it.each(REQUESTS)(
    'is something in one case of four (%s: %s), called by its place (%s), and each of %i things in some',
    (kind, target, place, things) => {
      const names = found(1, kind, target).map(({ name }) => name);
      expect(names.length).toBeGreaterThan(200);
      expect(names.length).toBeLessThan(300);
      expect(new Set(names).size).toBe(things);
      expect(names.filter((name) => !name.startsWith(`${place}: `))).toEqual([]);
    },
  );

  it('holds a late answer of Secrets Manager for longer than a try may take, or for less', () => {
    const isLate = ({ name }: { name: string }) => name === 'Secrets Manager: late answer';
    const held = found(1, 'secrets-manager', 'POST /').flatMap((fault) => (isLate(fault) ? [fault.held ?? 0] : []));
    expect(Math.min(...held)).toBeLessThan(3);
    expect(Math.max(...held)).toBeGreaterThan(3);
    expect(found(1, 'secrets-manager', 'POST /').filter((fault) => !isLate(fault) && fault.held)).toEqual([]);
  });

  it('does not make a body slow where there is none', () => {
    const names = found(1, 'atlas', 'DELETE /orgs/a/invites/b').map(({ name }) => name);
    expect(names).not.toContain('API: slow body');
    expect(names).toContain('API: late answer');
  });
});
