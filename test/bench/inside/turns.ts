/** Several handlers of the HTTP door in one process, one cancellation each in turns. */
import type { Invited } from '../simulators.ts';
import { answerTo, deletionOf, load } from './handler.ts';
import { takeTurns } from './take-turns.ts';
import { work } from './work.ts';

export interface TurnsInput {
  readonly files: readonly string[];
  /** For each file, one for each of its cancellations. */
  readonly invited: readonly (readonly Invited[])[];
  /** Turns that are not counted. */
  readonly warmUp: number;
}

/** Milliseconds of each cancellation that counts, by handler, in the order of the files. */
export type TurnsOutput = readonly (readonly number[])[];

work(async ({ files, invited, warmUp }: TurnsInput): Promise<TurnsOutput> => {
  const handlers = await Promise.all(files.map(load));
  const contenders = handlers.map((handler, index) => {
    const own = invited[index]?.values();
    return () => {
      const next = own?.next().value;
      if (!next) throw new Error('fewer invitations than turns');
      const event = deletionOf(next);
      return () => answerTo(handler, event);
    };
  });
  return takeTurns(contenders, invited[0]?.length ?? 0, warmUp);
});
