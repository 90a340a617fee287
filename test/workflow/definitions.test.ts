import validate from 'asl-validator';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { describe, expect, it } from 'vitest';
import { readStateMachine } from '../../infra/local/workflow.ts';
import { FAILURES, type FailureName } from '../../lib/failures.ts';

const names = Object.keys(FAILURES) as FailureName[];
/** Waiting helps, or may. */
const transient = ['AtlasRateLimited', 'AtlasUnavailable', 'AtlasTimeout', 'CredentialsUnavailable'];
/** By which Lambda fails, and not the function. */
const ofLambda = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];
const permanent = names.filter((name) => !transient.includes(name));

/** The task that invokes the function, within the Map. */
function task(definition: StateMachineDefinition) {
  const map = definition.States['For each organization'];
  const states = map?.Type === 'Map' ? (map.ItemProcessor?.States ?? {}) : {};
  const found = Object.values(states).find(({ Type }) => Type === 'Task');
  if (found?.Type !== 'Task' || map?.Type !== 'Map') throw new Error('there is no such task');
  const { Resource: resource, Retry: retry = [], Catch: catchers = [], TimeoutSeconds: timeout } = found;
  return { map, resource, retry, catchers, timeout };
}

describe.each(['cancellation', 'preflight'] as const)('the state machine %s', async (name) => {
  const definition = await readStateMachine(name);
  const { map, retry, catchers, timeout } = task(definition);
  const retried = retry.flatMap(({ ErrorEquals }) => ErrorEquals);

  it.each(['aws', 'aws-us-gov', 'aws-cn'])('is valid Amazon States Language in the partition %s', async (partition) => {
    const there = await readStateMachine(name, partition);

    // The validator writes defaults into what it is given.
    const { isValid, errorsText } = validate(structuredClone(there), { checkPaths: true, checkArn: true });

    expect(isValid, errorsText('\n')).toBe(true);
    expect(task(there).resource).toBe(`arn:${partition}:states:::lambda:invoke`);
    expect(JSON.stringify(there)).not.toContain('${');
  });

  it('serves a few organizations at once', () => {
    expect(map.MaxConcurrency).toBe(5);
  });

  it('never retries what is permanent', () => {
    expect(retried.filter((error) => permanent.includes(error as FailureName))).toEqual([]);
    expect(retried).not.toContain('States.ALL');
    expect(retried).not.toContain('States.TaskFailed');
  });

  it('retries what Lambda itself may fail by, as AWS recommends, and a function that was ended', () => {
    expect(retried).toEqual(expect.arrayContaining([...ofLambda, 'Sandbox.Timedout', 'Lambda.Unknown']));
  });

  it('backs off further each time, up to a bound, for a bounded number of times', () => {
    for (const { BackoffRate = 1, MaxDelaySeconds, MaxAttempts } of retry) {
      expect(BackoffRate).toBeGreaterThan(1);
      expect(MaxDelaySeconds).toBeLessThanOrEqual(600);
      expect(MaxAttempts).toBeLessThanOrEqual(20);
    }
  });

  it('waits for Lambda to serve for a quarter of an hour on average', () => {
    const [lambda] = retry.filter(({ ErrorEquals }) => ErrorEquals.includes('Lambda.TooManyRequestsException'));
    const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = 0, MaxAttempts = 3 } = lambda ?? {};
    const longest = Array.from({ length: MaxAttempts }, (_, attempt) =>
      Math.min(IntervalSeconds * BackoffRate ** attempt, MaxDelaySeconds),
    );
    // FULL jitter: any part of the delay, half of it on average (Step Functions guide, concepts-error-handling).
    expect(lambda).toMatchObject({ ErrorEquals: ofLambda, JitterStrategy: 'FULL' });
    expect(longest.reduce((sum, seconds) => sum + seconds, 0) / 2).toBeCloseTo(15 * 60, -1);
  });

  it('catches everything, last of all what has no name of ours', () => {
    expect(catchers.at(-1)?.ErrorEquals).toEqual(['States.ALL']);
  });

  it('gives up on an invocation only after the function has ended by itself', () => {
    expect(timeout).toBeGreaterThan(30);
  });
});

describe('the state machine preflight', async () => {
  const { catchers } = task(await readStateMachine('preflight'));

  it('reads the message of every failure that the function has', () => {
    expect(catchers.map(({ ErrorEquals, Next }) => [Next, ErrorEquals.toSorted()])).toEqual([
      ['Read cause', names.toSorted()],
      ['Report outage of Lambda', ofLambda.toSorted()],
      ['Report breakdown', ['States.ALL']],
    ]);
  });
});

describe('the state machine cancellation', async () => {
  const { retry, catchers } = task(await readStateMachine('cancellation'));

  it('reads the message of every failure that the function has, but for an acceptance, which has a branch of its own', () => {
    expect(catchers.map(({ ErrorEquals, Next }) => [Next, ErrorEquals.toSorted()])).toEqual([
      ['Report acceptance', ['InvitationAccepted']],
      ['Read cause', names.filter((name) => name !== 'InvitationAccepted').toSorted()],
      ['Report outage of Lambda', ofLambda.toSorted()],
      ['Report breakdown', ['States.ALL']],
    ]);
  });

  it('spreads its retries over the whole time, so that executions do not come back together', () => {
    for (const { JitterStrategy } of retry) expect(JitterStrategy).toBe('FULL');
  });

  it('leaves a rate limit to a state that waits as long as Atlas says', () => {
    expect(retry.flatMap(({ ErrorEquals }) => ErrorEquals)).not.toContain('AtlasRateLimited');
  });
});
