import type { RetryPolicy } from './atlas/retry.ts';
import type { Deadline } from './deadline.ts';
import { Failure } from './failures.ts';
import type { Trace } from './trace.ts';

/** What goes with one request on all its trips. Nothing of it outlives the request. */
export interface Call {
  readonly orgId: string;
  readonly deadline: Deadline;
  readonly retry: RetryPolicy;
  readonly trace: Trace;
}

/** The failure of a call whose time ran out before `what` came. */
export function timeout(what: string, cause?: unknown): Failure {
  return new Failure('AtlasTimeout', `${what} did not come in time.`, { cause });
}
