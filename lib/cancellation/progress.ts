import type { CancellationRequest } from '../request.ts';
import type { Ended, Told, Trace } from '../trace.ts';
import type { Outcome, Result } from './result.ts';

/**
 * What one request has brought about and learnt so far, whichever way it goes on. It is kept in the trace: where the
 * request fails in the end, its log line and its metrics tell of it all the same.
 */
export class Progress {
  readonly #request: CancellationRequest;
  readonly #trace: Trace;

  constructor(request: CancellationRequest, trace: Trace) {
    this.#request = request;
    this.#trace = trace;
  }

  /** Something was ended by this request. That a membership was is not hidden by an invitation that was ended too. */
  ended(outcome: Ended['outcome'], via: Ended['via']): void {
    if (this.#trace.ended?.outcome !== 'member_removed') this.#trace.ended = { outcome, via };
  }

  /** What Atlas tells of the person later counts more. */
  learn(told: Told): void {
    this.#trace.told = { ...this.#trace.told, ...told };
  }

  /** The result of a request that has ended something, with what Atlas told. */
  result(outcome: Outcome, via: Result['via'], confirmed = true): Result {
    const { orgId, invitationId, userId, username } = this.#request;
    const asked = {
      ...(invitationId === undefined ? {} : { invitationId }),
      ...(userId === undefined ? {} : { userId }),
      ...(username === undefined ? {} : { username }),
    };
    return { outcome, confirmed, via, orgId, ...asked, ...this.#trace.told };
  }

  /** The result where nothing is left to be done: what this request has ended, or that there was nothing. */
  settled(): Result {
    const nothing = { outcome: this.#request.dryRun ? 'would_do_nothing' : 'already_gone', via: 'users' } as const;
    const { outcome, via } = this.#trace.ended ?? nothing;
    return this.result(outcome, via);
  }
}
