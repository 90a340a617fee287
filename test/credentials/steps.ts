import fc from 'fast-check';
import { Failure } from '../../lib/failures.ts';
import type { Trip } from './trip.ts';
import { FOREIGN, HOME, type Method, type World } from './world.ts';

export type Step =
  | { readonly step: 'request'; readonly method: Method; readonly orgId: string }
  | { readonly step: 'act' | 'answer'; readonly at: number }
  | { readonly step: 'fail'; readonly at: number; readonly limited: boolean }
  | { readonly step: 'pass'; readonly seconds: number }
  | { readonly step: 'rotate' | 'rotateBadly' | 'revoke' | 'demote' | 'move' };

const at = fc.nat({ max: 20 });
export const steps = {
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
  move: fc.record({ step: fc.constant('move' as const) }),
  demote: fc.record({ step: fc.constant('demote' as const) }),
};

export function take(world: World, step: Step): void {
  const trip = 'at' in step ? world.trips[step.at % world.trips.length] : undefined;
  if (step.step === 'request') void world.request(step.method, step.orgId);
  else if (step.step === 'act') trip?.act();
  else if (step.step === 'answer') trip?.answer();
  else if (step.step === 'fail') trip?.fail(failureOf(trip.kind, step.limited));
  else if (step.step === 'pass') world.pass(step.seconds * 1000);
  else world[step.step]();
}

export function failureOf(kind: string, limited: boolean): Failure {
  if (kind === 'read') return new Failure('CredentialsUnavailable', 'failed');
  return limited
    ? new Failure('AtlasRateLimited', 'limited', { retryAfter: 60, status: 503 })
    : new Failure('AtlasUnavailable', 'failed');
}

/** Lets everything happen that can happen without another answer. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));

export async function run(world: World, taken: readonly Step[]): Promise<void> {
  for (const step of taken) {
    take(world, step);
    await settle();
  }
}

/** Answers whatever is on its way, until nothing is. */
export async function drain(world: World, end: (trip: Trip) => void = (trip) => trip.answer()): Promise<void> {
  await settle();
  for (let trips = 0; trips < 1_000; trips += 1) {
    const [trip] = world.trips;
    if (!trip) return;
    end(trip);
    await settle();
  }
}
