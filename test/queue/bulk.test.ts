import { beforeAll, describe, expect, it } from 'vitest';
import { documented } from './document.ts';
import { OTHERS, PROMISED } from './simulation/scenarios.ts';
import { type Outcome, simulate } from './simulation/simulation.ts';
import { table } from './simulation/table.ts';

const outcomes: Outcome[] = [];

beforeAll(async () => {
  for (const scenario of [...PROMISED, ...OTHERS]) outcomes.push(await simulate(scenario));
  console.log(`\n${table(outcomes)}\n`);
}, 120_000);

describe('thousands of messages under the limit of Atlas', () => {
  it('reach their end without one using up its receives, or becoming a dead letter', () => {
    for (const { highestReceiveCount, deadLetters, scenario } of outcomes) {
      expect(highestReceiveCount, scenario.name).toBeLessThanOrEqual(15);
      expect(deadLetters, scenario.name).toBe(0);
    }
  });

  it('take at most a tenth longer than the bucket itself', () => {
    for (const { seconds, minimum } of outcomes.slice(0, PROMISED.length)) {
      expect(Math.max(...seconds) / minimum).toBeLessThan(1.1);
    }
  });

  it('waste at most two requests in a hundred', () => {
    for (const { requests, answered429 } of outcomes) expect(answered429 / requests).toBeLessThan(0.02);
  });

  it('of one organization hold up no other: 200 messages beside 2,000 have their answers in seconds', () => {
    const [, small] = outcomes.find(({ scenario }) => scenario.messages.length === 2)?.seconds ?? [];
    expect(small).toBeLessThan(15);
  });

  it('go the same way each time the clock runs', async () => {
    const scenario = OTHERS[4] as (typeof OTHERS)[number];
    expect(await simulate(scenario)).toEqual(outcomes[PROMISED.length + 4]);
  });

  it.each([2, 3])('keep these promises whatever chance brings (seed %i)', async (seed) => {
    const { requests, answered429, seconds, minimum, highestReceiveCount } = await simulate({
      name: 'invitations',
      messages: [2_500],
      containers: 2,
      seed,
    });
    expect(answered429 / requests).toBeLessThan(0.02);
    expect(Math.max(...seconds) / minimum).toBeLessThan(1.1);
    expect(highestReceiveCount).toBeLessThanOrEqual(15);
  });

  it('are documented as they are (UPDATE_PACING=1 writes the table)', async () => {
    expect(await documented('bulk', table(outcomes))).toBe(table(outcomes));
  });
});
