import { describe, expect, it } from 'vitest';
import { type Invoke, lambdaRuntime } from '../../infra/local/lambda-runtime.ts';
import type { Execution } from '../../infra/local/workflow.ts';
import { Failure, type FailureName } from '../../lib/failures.ts';
import { WorkflowFailure } from '../../lib/workflow/failure.ts';
import { NOW } from '../support/clock.ts';
import { ANN, entered, execute, lambdaError, reports } from './support.ts';

/** Step Functions guide, "service-quotas": bytes of a state's input or output, events of an execution's history. */
const LARGEST_STATE = 262_144;
const LONGEST_HISTORY = 25_000;
/** Step Functions API, ExecutionFailedEventDetails. */
const LONGEST_CAUSE = 32_768;
/** Characters: as long as lib/atlas/api-error.ts lets a detail of Atlas be. */
const DETAIL = 'Why. '.repeat(200);
/** Ids that a CloudFormation parameter holds, 4,096 bytes with the commas between them. */
const MOST_OF_A_PARAMETER = 163;

function organizations(count: number): string[] {
  return Array.from({ length: count }, (_, index) => index.toString(16).padStart(24, '0'));
}

/** A function that always fails so, and counts. */
function failing(name: FailureName, retryAfter?: number): Invoke & { readonly invocations: number } {
  return counted(
    lambdaRuntime(async () => {
      throw new WorkflowFailure(new Failure(name, DETAIL, { retryAfter }), NOW);
    }, 30),
  );
}

function counted(invoke: Invoke): Invoke & { readonly invocations: number } {
  let invocations = 0;
  const counting: Invoke = (payload, context) => {
    invocations += 1;
    return invoke(payload, context);
  };
  return Object.defineProperty(counting, 'invocations', { get: () => invocations }) as never;
}

/** Bytes of the largest input or output of any state. */
function largestState({ events }: Execution): number {
  const data = events.flatMap((event) => ('state' in event ? [event.state.input, event.state.output] : []));
  return Math.max(...data.map((value) => Buffer.byteLength(JSON.stringify(value ?? null))));
}

/**
 * Events that AWS would write: a state is entered and exited, an iteration and the execution begin and end, and each
 * invocation is scheduled, started, and succeeds or fails.
 */
function historyLength({ events }: Execution, invocations: number): number {
  const states = events.filter(({ type }) => type === 'StateEntered').length;
  const iterations = events.filter(({ type }) => type === 'MapIterationStarted').length;
  const maps = iterations > 0 ? 1 : 0;
  return 2 * (states + iterations + maps + 1) + 3 * invocations;
}

describe('100 organizations', () => {
  it.each<[string, ReturnType<typeof failing>]>([
    ['an acceptance', failing('InvitationAccepted')],
    ['refused credentials', failing('AtlasUnauthorized')],
    ['an outage', failing('AtlasUnavailable')],
    ['an outage that Atlas says the end of', failing('AtlasUnavailable', 60)],
    ['a rate limit', failing('AtlasRateLimited', 60)],
    ['throttling', counted(async () => lambdaError('Lambda.TooManyRequestsException', 'Rate Exceeded.'))],
    ['a function that has not enough time', counted(async () => lambdaError('Sandbox.Timedout', 'Timed out.'))],
  ])('have a report each, though %s lasts for all of them', async (_, invoke) => {
    const execution = await execute('cancellation', { username: ANN, orgIds: organizations(100) }, invoke);

    expect(reports(execution.output)).toHaveLength(100);
    expect(largestState(execution)).toBeLessThan(LARGEST_STATE);
    expect(historyLength(execution, invoke.invocations)).toBeLessThan(LONGEST_HISTORY);
  });

  it('are all that one execution takes', async () => {
    const invoke = failing('NotFound');

    const execution = await execute('cancellation', { username: ANN, orgIds: organizations(101) }, invoke);

    expect(execution).toMatchObject({ error: 'InvalidRequest', cause: expect.stringContaining('more than 100') });
    expect(invoke.invocations).toBe(0);
  });
});

describe('a preflight', () => {
  const cause = async (count: number, invoke: Invoke) => {
    const execution = await execute('preflight', { orgIds: organizations(count) }, invoke);
    expect(execution.error).toBe('PreflightFailed');
    expect(largestState(execution)).toBeLessThan(LARGEST_STATE);
    expect(execution.cause?.length).toBeLessThan(LONGEST_CAUSE);
    return { execution, failures: JSON.parse(execution.cause ?? '') };
  };

  it('says of ten organizations why they fail', async () => {
    const { failures } = await cause(10, failing('AtlasAccessListBlocked'));

    expect(failures).toHaveLength(10);
    expect(failures.at(-1)).toEqual({
      ok: false,
      orgId: '000000000000000000000009',
      error: 'AtlasAccessListBlocked',
      detail: DETAIL,
    });
  });

  it('names more than ten, as many as its parameter can hold, and leaves their details to its steps', async () => {
    const { execution, failures } = await cause(MOST_OF_A_PARAMETER, failing('AtlasAccessListBlocked'));

    expect(organizations(MOST_OF_A_PARAMETER).join().length).toBeLessThanOrEqual(4_096);
    expect(organizations(MOST_OF_A_PARAMETER + 1).join().length).toBeGreaterThan(4_096);
    const named = organizations(MOST_OF_A_PARAMETER).map((orgId) => ({ orgId, error: 'AtlasAccessListBlocked' }));
    expect(failures).toEqual(named);
    expect(entered(execution, 'Pass').filter(({ name }) => name === 'Report failure')).toHaveLength(named.length);
  });

  it('says nothing of the organizations that could be served', async () => {
    const blocked = failing('AtlasAccessListBlocked');
    const { failures } = await cause(MOST_OF_A_PARAMETER, async (payload, context) => {
      const { orgId } = payload as { orgId: string };
      return orgId.endsWith('7') ? blocked(payload, context) : { payload: { ok: true, orgId } };
    });

    expect(failures).toHaveLength(10);
    expect(failures[0]).toMatchObject({ orgId: '000000000000000000000007', detail: DETAIL });
  });
});
