/** The queue door in turns with what it is compared to. */
import type { Invited } from '../simulators.ts';
import { answerToBatch, load } from './handler.ts';
import { takeTurns } from './take-turns.ts';
import { work } from './work.ts';

export interface BatchesInput {
  /** Of the queue door. */
  readonly file: string;
  /** Of bare undici: {@link import('../bare.ts').deleteInvitation}. */
  readonly bare: string;
  /** `alone`: the messages of a batch one by one; `bare`: the same deletions at once, by bare undici. */
  readonly against: 'alone' | 'bare';
  readonly ours: readonly (readonly Invited[])[];
  readonly theirs: readonly (readonly Invited[])[];
  readonly warmUp: number;
}

/** Milliseconds of each batch that counts, and of what it is compared to: the slowest of its messages alone, or all bare. */
export interface BatchesOutput {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

work(async ({ file, bare, against, ours, theirs, warmUp }: BatchesInput): Promise<BatchesOutput> => {
  const handler = await load(file);
  const { deleteInvitation } = await import(bare);
  const batches = ours.values();
  const others = theirs.values();
  const slowest: number[] = [];
  const alone = async (batch: readonly Invited[]) => {
    let longest = 0;
    for (const one of batch) {
      const startedAt = performance.now();
      await answerToBatch(handler, [one]);
      longest = Math.max(longest, performance.now() - startedAt);
    }
    slowest.push(longest);
  };
  const atOnce = async (batch: readonly Invited[]) => {
    const statuses = await Promise.all(batch.map(({ orgId, invitationId }) => deleteInvitation(orgId, invitationId)));
    if (statuses.some((status) => status !== 204)) throw new Error(`bare undici was answered ${statuses}`);
  };
  const other = against === 'alone' ? alone : atOnce;
  const contenders = [
    () => () => answerToBatch(handler, batches.next().value ?? []),
    () => () => other(others.next().value ?? []),
  ];
  const [measured = [], compared = []] = await takeTurns(contenders, ours.length, warmUp);
  return { ours: measured, theirs: against === 'alone' ? slowest.slice(warmUp) : compared };
});
