import { HIDDEN_SECONDS, type QueueCounts } from './queue.ts';

/** What a round has seen, and what SQS has counted before and after it. */
interface Sight {
  readonly before: QueueCounts;
  readonly after: QueueCounts;
  /** Dead letters that were there before the round and were seen in it. */
  readonly seen: number;
  /** Of all that were received, how many are still on the queue. */
  readonly held: number;
}

/**
 * How many dead letters, about, a round should have seen and has not: those that were there before it, unless they are gone by
 * now. They are hidden by a receive whose answer was lost, by another reader, or on a FIFO queue by others of their group that
 * are held. SQS's counts may be off in both directions for a minute (SQS API reference, "GetQueueAttributes"), so neither of
 * the two is believed alone: one that saw more than was counted has missed nothing, what others took away meanwhile is no longer
 * counted after, and what came meanwhile was not counted before. Hidden or not makes no difference to the sums: these two counts
 * lag behind each other most of all.
 */
export function unseen({ before, after, seen, held }: Sight): number {
  const missing = before.visible + before.hidden - seen;
  const left = after.visible + after.hidden - held;
  return Math.max(0, Math.min(missing, left));
}

/**
 * Says so to the operator. `behind` others they are on a FIFO queue: SQS shows no more of a group while any of it is held (SQS
 * developer guide, "FIFO-queues-understanding-logic").
 */
export function unseenText(count: number, behind: boolean): string {
  const counted = `SQS counts about ${count} more dead letters, and did not show them.`;
  const minutes = HIDDEN_SECONDS / 60;
  if (!behind) {
    return `${counted} An earlier receive hides them, or the count is a minute old. Run again in ${minutes} minutes.\n`;
  }
  const shown = 'They are behind these in their groups, and are shown once these are gone.';
  return `${counted} ${shown} If an earlier receive hides them, or the count is a minute old: run again in ${minutes} minutes.\n`;
}
