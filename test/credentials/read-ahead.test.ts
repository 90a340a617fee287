import { expect, it } from 'vitest';
import { ReadAhead } from '../../lib/credentials/read-ahead.ts';
import type { Secret } from '../../lib/credentials/secret.ts';
import { manualClock } from '../support/clock.ts';

/** A reader over a secret that the test changes; each reading takes its value when it begins, and ends when it is let go. */
function start() {
  const clock = manualClock();
  const held: { letGo: () => void }[] = [];
  const stored = { value: 'old', holding: false };
  const ahead = new ReadAhead(async () => {
    const secret: Secret = { kind: 'service-account', id: 'id', secret: stored.value };
    if (!stored.holding) return secret;
    const { promise, resolve } = Promise.withResolvers<Secret>();
    held.push({ letGo: () => resolve(secret) });
    return promise;
  }, clock);
  return { ahead, clock, stored, held, read: async (id = 'a') => (await ahead.read(id, 1)).secret };
}

it('hands out what was read ahead to the first who asks, and to nobody after him', async () => {
  const { ahead, stored, read } = start();
  await ahead.begin('a', 1);
  stored.value = 'new';
  expect([await read(), await read()]).toEqual(['old', 'new']);
});

it('keeps nothing of a reading ahead that ends after someone has asked: he would get it who was refused with it', async () => {
  const { ahead, stored, held, read } = start();
  stored.holding = true;
  const begun = ahead.begin('a', 1);
  stored.holding = false;
  expect(await read()).toBe('old');
  held[0]?.letGo();
  await begun;
  stored.value = 'new';
  expect(await read()).toBe('new');
});

it.each([
  ['within five seconds', 4_999, 'old'],
  ['five seconds later', 5_000, 'new'],
])('hands it out while it is not old: %s', async (_, passed, expected) => {
  const { ahead, clock, stored, read } = start();
  await ahead.begin('a', 1);
  stored.value = 'new';
  clock.advance(passed);
  expect(await read()).toBe(expected);
});

it('hands it out to nobody who asks for another secret, nor to anyone after him', async () => {
  const { ahead, stored, read } = start();
  await ahead.begin('a', 1);
  stored.value = 'new';
  expect([await read('b'), await read('a')]).toEqual(['new', 'new']);
});
