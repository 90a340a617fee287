import type { Result } from './cancellation/result.ts';
import type { Failure } from './failures.ts';
import type { PreflightResult } from './preflight/preflight.ts';
import type { PreflightRequest } from './preflight/request.ts';
import type { CancellationRequest } from './request.ts';
import type { Trace } from './trace.ts';

/** Who asked, through which door, under which ids: goes into the log line as it is. */
export interface Asked {
  readonly door: 'http' | 'queue' | 'workflow' | 'terminal';
  readonly requestId?: string | undefined;
  readonly [field: string]: string | number | undefined;
}

/** How something that was asked ended: exactly one of `result` and `failure` is there. */
export interface Ended<Request, Result> {
  readonly asked: Asked;
  /** Absent where it could not be read. */
  readonly request?: Request;
  readonly result?: Result;
  readonly failure?: Failure;
  readonly trace: Trace;
  readonly milliseconds: number;
}

/** How one request ended. */
export type Served = Ended<CancellationRequest, Result>;

/** How one preflight ended. */
export type Checked = Ended<PreflightRequest, PreflightResult>;
