import type { Context } from 'aws-lambda';
import * as v from 'valibot';
import type { Result } from '../cancellation/result.ts';
import { deadlineIn } from '../deadline.ts';
import { toFailure } from '../failures.ts';
import type { PreflightResult } from '../preflight/preflight.ts';
import { isPreflight } from '../preflight/request.ts';
import type { Asked } from '../served.ts';
import type { Limits, Service } from '../service.ts';
import { WorkflowFailure } from './failure.ts';

/** Patience within one request: a blip is sat out. For more there is the state machine, whose waiting costs nothing. */
const RETRY = { tries: 3, longestWait: 2_000 };
const LAMBDA_MILLISECONDS = 30_000;
/** Milliseconds kept for handing the answer back to Lambda, which names no failure when its own time is over. */
const MARGIN = 500;

type LambdaContext = Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis' | 'clientContext'>;

/** The invoker's own data beside the input, where the state machine says which execution it is. */
const ClientContext = v.object({ custom: v.object({ execution: v.string() }) });

/**
 * The handler of the workflow door: a Step Functions task, or a direct invocation. The input is the request itself, so what
 * is not part of it comes beside it: the execution's ARN in Lambda's client context.
 * @throws {WorkflowFailure} for every failure
 */
export function createWorkflowDoor(service: Service) {
  return async (input: unknown, context: Partial<LambdaContext> = {}): Promise<Result | PreflightResult> => {
    const remaining = context.getRemainingTimeInMillis?.() ?? LAMBDA_MILLISECONDS;
    const limits: Limits = { deadline: deadlineIn(Math.max(0, remaining - MARGIN), service.clock), retry: RETRY };
    const asked = askedBy(context);
    const read = () => input;
    const ended = isPreflight(input)
      ? await service.check(asked, limits, read)
      : await service.serve(asked, limits, read);
    if (ended.result === undefined) throw new WorkflowFailure(toFailure(ended.failure), service.clock.now());
    return ended.result;
  };
}

function askedBy({ awsRequestId, clientContext }: Partial<LambdaContext>): Asked {
  const told = v.safeParse(ClientContext, clientContext);
  return {
    door: 'workflow',
    requestId: awsRequestId,
    askedBy: told.success ? told.output.custom.execution : undefined,
  };
}
