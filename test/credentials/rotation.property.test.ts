import fc from 'fast-check';
import { expect, it } from 'vitest';
import { drain, run, steps } from './steps.ts';
import { FOREIGN, HOME, type Method, World } from './world.ts';

const servedBefore = fc.constantFrom<readonly Method[]>([], ['GET'], ['DELETE'], ['GET', 'DELETE']);

/** Requests that are refused for good, how far all gets before the secret is rotated, and whose answers come first after that. */
const rounds = fc.array(
  fc.record({
    refused: fc.array(
      fc.oneof(
        { arbitrary: fc.constant({ step: 'request' as const, method: 'DELETE' as const, orgId: HOME }), weight: 3 },
        { arbitrary: steps.request.filter(({ orgId }) => orgId === FOREIGN), weight: 1 },
        { arbitrary: steps.answer, weight: 4 },
        { arbitrary: fc.record({ step: fc.constant('pass' as const), seconds: fc.constantFrom(1, 5, 31) }), weight: 1 },
      ),
      { maxLength: 20, size: 'max' },
    ),
    before: fc.constantFrom('sent', 'on its way back', 'answered'),
    after: fc.array(steps.answer, { maxLength: 3, size: 'max' }),
  }),
  { minLength: 1, maxLength: 5, size: 'max' },
);

it('a rotated secret is picked up by the first request that it serves, whatever else was refused for good within the minute', async () => {
  await fc.assert(
    fc.asyncProperty(servedBefore, rounds, async (methods, taken) => {
      const world = new World();
      for (const method of methods) void world.request(method, HOME);
      await drain(world);
      world.demote();
      for (const { refused, before, after } of taken) {
        await run(world, refused);
        if (before === 'answered') await drain(world);
        if (before === 'on its way back') for (const trip of world.trips) trip.act();
        world.rotate();
        const end = world.request('GET', HOME);
        await run(world, after);
        await drain(world);
        expect(await end).toBe('served');
      }
      expect(world.faults).toEqual([]);
    }),
    { numRuns: 3_000 },
  );
});
