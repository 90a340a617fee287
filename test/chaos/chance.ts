import { createHash } from 'node:crypto';

/** A number from 0 to 1 that follows from these words alone. */
export function chanceOf(...words: readonly (string | number)[]): number {
  return createHash('md5').update(words.join('\n')).digest().readUInt32BE() / 2 ** 32;
}

/** One of these, by a number from 0 to 1. */
export function pick<T>(choices: readonly T[], chance: number): T {
  const chosen = choices[Math.floor(chance * choices.length)];
  if (chosen === undefined) throw new Error('There is nothing to choose from.');
  return chosen;
}

/** One of these, by a number from 0 to 1 and the weight of each. */
export function pickWeighted<T>(choices: readonly (readonly [weight: number, choice: T])[], chance: number): T {
  const sum = choices.reduce((total, [weight]) => total + weight, 0);
  let left = chance * sum;
  for (const [weight, choice] of choices) {
    left -= weight;
    if (left < 0) return choice;
  }
  throw new Error('There is nothing to choose from.');
}
