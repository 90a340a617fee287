import * as v from 'valibot';

/** An answer of HTTP, as far as its time is concerned. */
const Dated = v.object({ headers: v.object({ date: v.string() }) });

/** When the answer was made, by the clock of whoever made it: what its `Date` says. */
export function dateOf(response: unknown): string | undefined {
  const dated = v.safeParse(Dated, response);
  return dated.success ? dated.output.headers.date : undefined;
}

/**
 * When a round begins, in milliseconds since the epoch, by the clock by which SQS says when a dead letter was sent: an answer
 * of SQS has just brought its `Date`. That tells whole seconds (RFC 9110, section 5.6.7). The operator's clock says when it
 * was within the second; one that shows another second is wrong, or has just gone on, and the second's end counts.
 */
export function beginning(date: string | undefined, operatorsNow: number): number {
  const second = Date.parse(date ?? '');
  if (Number.isNaN(second)) return operatorsNow;
  const last = second + 999;
  return second <= operatorsNow && operatorsNow <= last ? operatorsNow : last;
}
