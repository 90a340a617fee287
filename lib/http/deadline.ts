import type { Clock } from '../clock.ts';
import { type Deadline, deadlineIn } from '../deadline.ts';
import type { HttpEvent } from './event.ts';

/** Milliseconds kept for shaping the answer and carrying it back through Lambda and API Gateway. */
const MARGIN = 500;

/**
 * The moment by which the answer must leave: before Lambda's own end, and before API Gateway gives up. The latter counts
 * from the gateway's clock, since a cold start eats its patience without eating Lambda's. An event older than that patience
 * has nobody waiting behind the gateway (it is replayed, or a sample): only Lambda's time counts then.
 */
export function httpDeadline(
  { gateway }: Pick<HttpEvent, 'gateway'>,
  lambdaMilliseconds: number,
  clock: Clock,
): Deadline {
  const age = gateway.receivedAt === undefined ? 0 : Math.max(0, clock.now() - gateway.receivedAt);
  const gatewayMilliseconds = age < gateway.patience ? gateway.patience - age : Number.POSITIVE_INFINITY;
  return deadlineIn(Math.max(0, Math.min(lambdaMilliseconds, gatewayMilliseconds) - MARGIN), clock);
}
