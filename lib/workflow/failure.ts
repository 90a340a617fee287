import type { Failure, FailureName } from '../failures.ts';

/**
 * A failure as Step Functions takes it from Lambda. Of an error, Lambda passes on `name` as `errorType`, the message and the
 * stack, and nothing else (aws-lambda-nodejs-runtime-interface-client, src/Errors.js): so the name is data that no minifier
 * renames, and what belongs to it is JSON in the message.
 */
export class WorkflowFailure extends Error {
  override readonly name: FailureName;

  /** `failedAt` is in milliseconds since the epoch. */
  constructor(failure: Failure, failedAt: number) {
    const { name, errorCode, status, message, retryAfter } = failure;
    const report = { name, errorCode, status, detail: message, retryAfter, failedAt: new Date(failedAt).toISOString() };
    super(JSON.stringify(report));
    this.name = name;
    // A stack would say only where this was built, and Lambda would log it and Step Functions keep it with each failure.
    this.stack = '';
  }
}
