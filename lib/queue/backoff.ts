import type { QueueMessage } from './event.ts';

/** Seconds before a message's second receipt, at the most; doubled with each further one. */
export const FIRST_BACKOFF = 5;
/** Seconds between two receipts, at the most: how late the end of an outage is noticed. */
export const LONGEST_BACKOFF = 900;

/** Seconds that SQS lets a message be hidden, counted from its receipt (SQS API, ChangeMessageVisibility). */
const MOST_HIDDEN = 43_200;
/** Seconds that may have passed since SQS began to count: Lambda gathers a batch for up to 300, and runs for up to 900. */
const ALREADY_HIDDEN = 1_200;

/**
 * Seconds before a message that failed may be seen again: `retryAfter`, where Atlas asks for it, and on top exponential
 * backoff by receive count, of which half is left to chance ("Equal Jitter" in AWS Architecture Blog, "Exponential Backoff And
 * Jitter"). With the full jitter of the same article there would be no shortest time in which a message can use up its
 * receives, and so no promise how long an outage may last.
 */
export function backoffSeconds(receiveCount: number, random: () => number, retryAfter = 0): number {
  return retryAfter + longestBackoff(receiveCount) * (0.5 + random() / 2);
}

/** Seconds of backoff after this receipt, at the most; half of it at the least. */
export function longestBackoff(receiveCount: number): number {
  return Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** (receiveCount - 1));
}

/**
 * Whole seconds that a message can be hidden from now on. The limit of 12 hours counts from the receipt; from the first
 * one where that is still less than 12 hours ago, which is how the developer guide words it.
 */
export function withinLimit(seconds: number, { firstReceivedAt }: QueueMessage, now: number): number {
  const sinceFirst = firstReceivedAt === undefined ? 0 : Math.max(0, (now - firstReceivedAt) / 1000);
  const left = MOST_HIDDEN - (sinceFirst < MOST_HIDDEN - ALREADY_HIDDEN ? sinceFirst : 0) - ALREADY_HIDDEN;
  return Math.ceil(Math.min(Math.max(seconds, 1), left));
}
