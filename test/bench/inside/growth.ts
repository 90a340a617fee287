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

/** Milliseconds for each message, by set. */
export type GrowthOutput = readonly number[];

work(async ({ file, warmUp, sets }: GrowthInput): Promise<GrowthOutput> => {
  const handler = await load(file);
  const serve = async (messages: readonly Invited[]) => {
    for (let first = 0; first < messages.length; first += BATCH) {
      await answerToBatch(handler, messages.slice(first, first + BATCH));
    }
  };
  await serve(warmUp);
  const milliseconds: number[] = [];
  for (const messages of sets) {
    const startedAt = performance.now();
    await serve(messages);
    milliseconds.push((performance.now() - startedAt) / messages.length);
  }
  return milliseconds;
});
