/** The queue door with few messages and many, for one organization and many. */
import type { Invited } from '../simulators.ts';
import { answerToBatch, load } from './handler.ts';
import { work } from './work.ts';

const BATCH = 10;

export interface GrowthInput {
  readonly file: string;
  /** Served first: every organization's credentials are there afterwards, and the code is compiled. */
  readonly warmUp: readonly Invited[];
  /** Sets of messages, in the order in which they are measured. */
  readonly sets: readonly (readonly Invited[])[];
}

/** Milliseconds for each batch of each set. */
export type GrowthOutput = readonly (readonly number[])[];

work(async ({ file, warmUp, sets }: GrowthInput): Promise<GrowthOutput> => {
  const handler = await load(file);
  const serve = async (messages: readonly Invited[]) => {
    const milliseconds: number[] = [];
    for (let first = 0; first < messages.length; first += BATCH) {
      const startedAt = performance.now();
      await answerToBatch(handler, messages.slice(first, first + BATCH));
      milliseconds.push(performance.now() - startedAt);
    }
    return milliseconds;
  };
  await serve(warmUp);
  const all: number[][] = [];
  for (const messages of sets) all.push(await serve(messages));
  return all;
});
