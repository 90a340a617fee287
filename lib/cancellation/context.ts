import type { AtlasOperations } from '../atlas/operations.ts';
import type { Call } from '../call.ts';
import type { Clock } from '../clock.ts';
import type { Configuration } from '../configuration.ts';
import type { Memory } from '../memory.ts';
import type { CancellationRequest } from '../request.ts';
import type { Progress } from './progress.ts';
import type { SharedLists } from './shared-lists.ts';

/** What a deployment has for every request. */
export interface Deployment {
  readonly configuration: Configuration;
  readonly operations: AtlasOperations;
  /** Where Atlas's invites endpoint is gone (announced for 2027-07-01). */
  readonly sunset: Memory;
  readonly clock: Clock;
}

/** One request with all that is needed to serve it. */
export interface Context extends Deployment {
  readonly request: CancellationRequest;
  readonly call: Call;
  /** Lists of invitations that it shares with others, where it is one of many. */
  readonly lists?: SharedLists | undefined;
}

/** A request on its way. */
export interface Attempt extends Context {
  readonly progress: Progress;
}
