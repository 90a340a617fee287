/** A process whose initialisation is over, as Lambda counts it, before its first event comes. */
import type { Invited } from '../simulators.ts';
import { answerTo, deletionOf, load } from './handler.ts';
import { work } from './work.ts';

export interface FirstEventInput {
  readonly file: string;
  readonly invited: Invited;
}

/** Milliseconds from the first event to its answer, and of the loading before. */
export interface FirstEventOutput {
  readonly initialisation: number;
  readonly event: number;
}

work(async ({ file, invited }: FirstEventInput): Promise<FirstEventOutput> => {
  const loadedFrom = performance.now();
  const handler = await load(file);
  const event = deletionOf(invited);
  const startedAt = performance.now();
  await answerTo(handler, event);
  return { initialisation: startedAt - loadedFrom, event: performance.now() - startedAt };
});
