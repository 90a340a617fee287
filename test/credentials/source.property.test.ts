import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drain, failureOf, run, settle, steps, take } from './steps.ts';
import { FOREIGN, HOME, type Method, World } from './world.ts';

const MINUTE = 60_000;

/** What the role may allow. */
const allowances = fc.constantFrom<readonly Method[]>([], ['GET'], ['DELETE'], ['GET', 'DELETE']);

/** Less than the life of a token, in parts that each are full of requests. */
const busyMinutes = fc.array(
  fc.record({
    taken: fc.array(fc.oneof({ arbitrary: steps.request, weight: 1 }, { arbitrary: steps.answer, weight: 2 }), {
      maxLength: 30,
      size: 'max',
    }),
    seconds: fc.constantFrom(1, 5, 20, 31, 60),
  }),
  { minLength: 1, maxLength: 54, size: 'max' },
);

describe('the source of a credential, in any order of requests, ends, rotations, refusals and late answers', () => {
  it('never hands out what was replaced or has ended, asks for one token at a time, and always recovers', async () => {
    const anything = fc.array(
      fc.oneof(
        { arbitrary: steps.request, weight: 6 },
        { arbitrary: steps.act, weight: 3 },
        { arbitrary: steps.answer, weight: 9 },
        { arbitrary: steps.fail, weight: 1 },
        { arbitrary: steps.pass, weight: 2 },
        { arbitrary: steps.death, weight: 2 },
        { arbitrary: steps.badDeath, weight: 1 },
        { arbitrary: steps.demote, weight: 1 },
      ),
      { minLength: 5, maxLength: 60, size: 'max' },
    );
    await fc.assert(
      fc.asyncProperty(anything, fc.boolean(), async (taken, rotated) => {
        const world = new World();
        await run(world, taken);
        await drain(world);
        expect(world.faults).toEqual([]);
        expect(world.open).toBe(0);

        // All is well again at Atlas: within a minute by another secret, within fifteen by the same, a request is served,
        // and the next one costs nothing.
        world.mend();
        if (rotated) world.rotate();
        world.pass(rotated ? MINUTE : 15 * MINUTE);
        void world.request('DELETE', HOME);
        await drain(world);
        const exchanges = world.spent.exchanges.length;
        void world.request('DELETE', HOME);
        await drain(world);
        expect(world.ends.slice(-2)).toEqual(['served', 'served']);
        expect(world.spent.exchanges).toHaveLength(exchanges);
        expect(world.faults).toEqual([]);
      }),
      { numRuns: 1_500 },
    );
  });

  it('asks for no more tokens and secrets than deaths and minutes allow, however many requests there are', async () => {
    const withoutFailures = fc.array(
      fc.oneof(
        { arbitrary: steps.request, weight: 12 },
        { arbitrary: steps.answer, weight: 30 },
        { arbitrary: steps.pass, weight: 1 },
        { arbitrary: steps.death, weight: 1 },
      ),
      { minLength: 100, maxLength: 300, size: 'max' },
    );
    await fc.assert(
      fc.asyncProperty(withoutFailures, allowances, async (taken, allowed) => {
        const world = new World();
        world.allowed = allowed;
        const began = world.clock.now();
        await run(world, taken);
        await drain(world);
        const minutes = Math.ceil((world.clock.now() - began) / MINUTE);
        const deaths = taken.filter(({ step }) => step === 'rotate' || step === 'revoke').length;
        // One at the start, one a minute for all that lasts, one for a death, and two for secrets that died on their way.
        const most = 1 + 3 * deaths + minutes + 1;
        expect(world.spent.exchanges.length).toBeLessThanOrEqual(most);
        // The secret is also read, without a token, for each use that is refused for the first time.
        expect(world.spent.reads.length).toBeLessThanOrEqual(most + world.news);
        expect(world.faults).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('spends one token a minute at most on 401s that last, and ever fewer, and one reading and one for each use that is new', async () => {
    await fc.assert(
      fc.asyncProperty(busyMinutes, fc.nat({ max: 40 }), allowances, async (minutes, index, left) => {
        const world = new World();
        void world.request('GET', HOME);
        await drain(world);
        for (const [number, { taken, seconds }] of minutes.entries()) {
          // The role is lost, in part or whole, while requests are on their way.
          await run(world, number === index ? taken.slice(0, taken.length / 2) : taken);
          if (number === index) {
            world.allowed = left;
            await run(world, taken.slice(taken.length / 2));
          }
          await drain(world);
          world.pass(seconds * 1000);
        }
        const lost = index < minutes.length ? 2 - left.length : 0;
        // Without the one at the start.
        const hasty = ([, ...spent]: number[]) =>
          spent.filter((at, number) => number > 0 && at - (spent[number - 1] ?? 0) < MINUTE).length;
        // That what worked is refused now may be a death each time, which is cured at once.
        expect(hasty(world.spent.exchanges)).toBeLessThanOrEqual(lost);
        // Each use that is refused for the first time may show that the secret was rotated.
        expect(hasty(world.spent.reads)).toBeLessThanOrEqual(lost + world.news);
        // Within the 55 minutes: the one at the start, and after pauses of no, 1, 2, 4, 8, 15 and 15 minutes.
        expect(world.spent.exchanges.length).toBeLessThanOrEqual(8 + lost);
        expect(world.faults).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('replaces a credential that died however often, whatever else is refused for good meanwhile', async () => {
    const deaths = fc.array(
      fc.record({
        noise: fc.array(
          fc.oneof(
            steps.request.filter(({ orgId }) => orgId === FOREIGN),
            fc.constant({ step: 'request' as const, method: 'DELETE' as const, orgId: HOME }),
            steps.answer,
          ),
          { maxLength: 10, size: 'max' },
        ),
        death: steps.death,
        late: steps.death,
        method: fc.constantFrom('GET' as const, 'DELETE' as const),
        seconds: fc.constantFrom(0, 1, 20, 60, 1_200),
      }),
      { minLength: 1, maxLength: 30, size: 'max' },
    );
    await fc.assert(
      fc.asyncProperty(deaths, fc.boolean(), async (taken, owner) => {
        const world = new World();
        if (owner) void world.request('DELETE', HOME);
        void world.request('GET', HOME);
        await drain(world);
        if (!owner) world.demote();
        for (const { noise, death, late, method, seconds } of taken) {
          take(world, death);
          await run(world, noise);
          // A deletion that is refused before and after a death is a 401 that lasts.
          if (owner) await drain(world);
          take(world, late);
          const end = world.request(owner ? method : 'GET', HOME);
          await drain(world);
          expect(await end).toBe('served');
          world.pass(seconds * 1000);
        }
        expect(world.faults).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('leaves the others the credential that was refused where no other one is to be had', async () => {
    const refusals = fc.array(fc.constantFrom(HOME, FOREIGN), { minLength: 1, maxLength: 10, size: 'max' });
    await fc.assert(
      fc.asyncProperty(refusals, fc.boolean(), fc.boolean(), async (orgIds, worked, limited) => {
        const world = new World();
        void world.request('GET', HOME);
        if (worked) void world.request('DELETE', HOME);
        await drain(world);
        world.allowed = ['GET'];
        for (const orgId of orgIds) {
          void world.request('DELETE', orgId);
          await settle();
          world.trips[0]?.answer();
          await settle();
          // These wait for the new credential, or go on with the old one.
          const ends = Array.from({ length: 3 }, () => world.request('GET', HOME));
          await drain(world, (trip) =>
            trip.kind === 'exchange' ? trip.fail(failureOf(trip.kind, limited)) : trip.answer(),
          );
          expect(await Promise.all(ends)).toEqual(['served', 'served', 'served']);
        }
        expect(world.faults).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
