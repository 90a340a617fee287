import fc from 'fast-check';
import { expect, it } from 'vitest';
import { drain, run, steps } from './steps.ts';
import { World } from './world.ts';

const MINUTE = 60_000;

const anything = fc.array(
  fc.oneof(
    { arbitrary: steps.request, weight: 6 },
    { arbitrary: steps.act, weight: 3 },
    { arbitrary: steps.answer, weight: 9 },
    { arbitrary: steps.fail, weight: 1 },
    { arbitrary: steps.pass, weight: 2 },
    { arbitrary: steps.death, weight: 1 },
    { arbitrary: steps.badDeath, weight: 1 },
    { arbitrary: steps.move, weight: 2 },
  ),
  { minLength: 5, maxLength: 60, size: 'max' },
);

it('a secret that names its organization, and moves, serves whom it names within a minute, and nobody else ever', async () => {
  await fc.assert(
    fc.asyncProperty(anything, async (taken) => {
      const world = new World(true);
      await run(world, taken);
      await drain(world);
      expect(world.open).toBe(0);

      world.mend();
      world.pass(MINUTE);
      const end = world.request('DELETE', world.home);
      await drain(world);
      expect(await end).toBe('served');
      expect(world.faults).toEqual([]);
    }),
    { numRuns: 1_500 },
  );
});
