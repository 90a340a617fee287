import type { CancellationRequest } from '../request.ts';
import type { Outcome, Result } from './result.ts';

/** Ids and address as Atlas told them. */
export interface Told {
  readonly invitationId?: string;
  readonly userId?: string;
  readonly username?: string;
}

/** What one request has brought about and learnt so far, whichever way it goes on. */
export class Progress {
  readonly #request: CancellationRequest;
  #ended: (Pick<Result, 'via'> & { readonly outcome: Outcome }) | undefined;
  #told: Told = {};

  constructor(request: CancellationRequest) {
    this.#request = request;
  }

  /** Something was ended by this request. That a membership was is not hidden by an invitation that was ended too. */
  ended(outcome: 'cancelled' | 'member_removed', via: Result['via']): void {
    if (this.#ended?.outcome !== 'member_removed') this.#ended = { outcome, via };
  }

  /** What Atlas tells of the person later counts more. */
  learn(told: Told): void {
    this.#told = { ...this.#told, ...told };
  }

  /** The result of a request that has ended something, with what Atlas told. */
  result(outcome: Outcome, via: Result['via'], confirmed = true): Result {
    const { orgId, invitationId, userId, username } = this.#request;
    const asked = {
      ...(invitationId === undefined ? {} : { invitationId }),
      ...(userId === undefined ? {} : { userId }),
      ...(username === undefined ? {} : { username }),
    };
    return { outcome, confirmed, via, orgId, ...asked, ...this.#told };
  }

  /** The result where nothing is left to be done: what this request has ended, or that there was nothing. */
  settled(): Result {
    const nothing = { outcome: this.#request.dryRun ? 'would_do_nothing' : 'already_gone', via: 'users' } as const;
    const { outcome, via } = this.#ended ?? nothing;
    return this.result(outcome, via);
  }
}
