import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../lib/failures.ts';
import { FOREIGN, HOME, World } from './world.ts';

const MINUTE = 60_000;

type Step =
  | { readonly step: 'request'; readonly method: 'GET' | 'DELETE'; readonly orgId: string }
  | { readonly step: 'act' | 'answer'; readonly at: number }
  | { readonly step: 'fail'; readonly at: number; readonly limited: boolean }
  | { readonly step: 'pass'; readonly seconds: number }
  | { readonly step: 'rotate' | 'rotateBadly' | 'revoke' | 'demote' };

const at = fc.nat({ max: 20 });
const steps = {
  request: fc.record({
    step: fc.constant('request' as const),
    method: fc.constantFrom('GET' as const, 'DELETE' as const),
    orgId: fc.constantFrom(HOME, HOME, HOME, FOREIGN),
  }),
  act: fc.record({ step: fc.constant('act' as const), at }),
  answer: fc.record({ step: fc.constant('answer' as const), at }),
  fail: fc.record({ step: fc.constant('fail' as const), at, limited: fc.boolean() }),
  pass: fc.record({
    step: fc.constant('pass' as const),
    seconds: fc.constantFrom(1, 5, 20, 31, 60, 1_200, 3_240, 3_360, 32_400),
  }),
  death: fc.record({ step: fc.constantFrom('rotate' as const, 'revoke' as const) }),
  badDeath: fc.record({ step: fc.constant('rotateBadly' as const) }),
  demote: fc.record({ step: fc.constant('demote' as const) }),
};

function take(world: World, step: Step): void {
  const trip = 'at' in step ? world.trips[step.at % world.trips.length] : undefined;
  if (step.step === 'request') void world.request(step.method, step.orgId);
  else if (step.step === 'act') trip?.act();
  else if (step.step === 'answer') trip?.answer();
  else if (step.step === 'fail') trip?.fail(failureOf(trip.kind, step.limited));
  else if (step.step === 'pass') world.pass(step.seconds * 1000);
  else world[step.step]();
}

function failureOf(kind: string, limited: boolean): Failure {
  if (kind === 'read') return new Failure('CredentialsUnavailable', 'failed');
  return limited
    ? new Failure('AtlasRateLimited', 'limited', { retryAfter: 60, status: 503 })
    : new Failure('AtlasUnavailable', 'failed');
}

/** Lets everything happen that can happen without another answer. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

async function run(world: World, taken: readonly Step[]): Promise<void> {
  for (const step of taken) {
    take(world, step);
    await settle();
  }
}

/** Answers whatever is on its way, until nothing is. */
async function drain(world: World): Promise<void> {
  await settle();
  for (let trips = 0; world.trips.length > 0 && trips < 1_000; trips += 1) {
    world.trips[0]?.answer();
    await settle();
  }
}

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
      { minLength: 5, maxLength: 60 },
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
        const { exchanges } = world;
        void world.request('DELETE', HOME);
        await drain(world);
        expect(world.ends.slice(-2)).toEqual(['served', 'served']);
        expect(world.exchanges).toBe(exchanges);
        expect(world.faults).toEqual([]);
      }),
      { numRuns: 400 },
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
      { minLength: 100, maxLength: 300 },
    );
    await fc.assert(
      fc.asyncProperty(withoutFailures, fc.boolean(), async (taken, owner) => {
        const world = new World();
        world.owner = owner;
        const began = world.clock.now();
        await run(world, taken);
        await drain(world);
        const minutes = Math.ceil((world.clock.now() - began) / MINUTE);
        const deaths = taken.filter(({ step }) => step === 'rotate' || step === 'revoke').length;
        // One for a deletion that lasts and one for what was never reached, each minute; one for a death, and two for those
        // secrets that died on their way.
        const most = 1 + 3 * deaths + 2 * (minutes + 1);
        expect(world.exchanges).toBeLessThanOrEqual(most);
        expect(world.reads).toBeLessThanOrEqual(most);
        expect(world.faults).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
