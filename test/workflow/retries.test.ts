import { describe, expect, it } from 'vitest';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import { startStage } from '../support/stage.ts';
import { ANN, entered, execute, prepare, reports } from './support.ts';

describe('a rate limit', () => {
  it('is waited for as long as Atlas says, and then the invitation is cancelled', async () => {
    const stage = await startStage();
    stage.organization.invite(ANN);
    stage.atlas.faults.next(failures.rateLimited(55), /invites/);
    stage.atlas.faults.next(failures.rateLimited(30), /invites/);
    const { invoke, input } = prepare(stage);

    const execution = await execute('cancellation', input, invoke);

    expect(entered(execution, 'Wait')).toMatchObject([
      { name: 'Wait as long as told', input: { function: { failure: { retryAfter: 55 } } } },
      { name: 'Wait as long as told', input: { function: { failure: { retryAfter: 30 } } } },
    ]);
    expect(reports(execution.output)).toMatchObject([{ outcome: 'cancelled' }]);
    expect(invoke.invocations).toBe(3);
  });

  it('without an end is given up in the end', async () => {
    const stage = await startStage();
    stage.atlas.faults.always(({ path }) => (path.includes('invites') ? failures.rateLimited(55) : undefined));
    const { invoke, input } = prepare(stage);

    const execution = await execute('cancellation', input, invoke);

    expect(entered(execution, 'Wait')).toHaveLength(6);
    expect(reports(execution.output)).toMatchObject([
      { done: false, outcome: 'AtlasRateLimited', todo: expect.stringMatching(/^Start again later/) },
    ]);
  });
});

describe('an outage', () => {
  it.each(['AtlasUnavailable', 'AtlasTimeout', 'CredentialsUnavailable'])('%s is sat out', async (errorType) => {
    const stage = await startStage();
    const { invoke, input } = prepare(stage, Array(6).fill(errorType));

    const { output } = await execute('cancellation', input, invoke);

    expect(reports(output)).toMatchObject([{ outcome: 'already_gone' }]);
    expect(invoke.invocations).toBe(7);
  });

  it('that lasts is given up, and a person told to try later', async () => {
    const stage = await startStage();
    stage.atlas.faults.always(({ path }) => (path.includes('invites') ? failures.unexpectedError() : undefined));
    const { invoke, input } = prepare(stage);

    const { output } = await execute('cancellation', input, invoke);

    expect(reports(output)).toMatchObject([
      { done: false, outcome: 'AtlasUnavailable', todo: expect.stringMatching(/^Start again later/) },
    ]);
    expect(invoke.invocations).toBe(7);
  });

  it.each(['Lambda.TooManyRequestsException', 'Lambda.ServiceException', 'Sandbox.Timedout', 'Lambda.Unknown'])(
    'of Lambda itself (%s) is sat out',
    async (errorType) => {
      const stage = await startStage();
      const { invoke, input } = prepare(stage, [errorType, errorType, errorType]);

      const { output } = await execute('cancellation', input, invoke);

      expect(reports(output)).toMatchObject([{ outcome: 'already_gone' }]);
      expect(invoke.invocations).toBe(4);
    },
  );

  it.each([
    'Lambda.TooManyRequestsException',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.ClientExecutionTimeoutException',
  ])(
    'of Lambda itself (%s) that lasts is given up, a person told to try later, and no breakdown counted',
    async (error) => {
      const stage = await startStage();
      const { invoke, input } = prepare(stage, Array(100).fill(error));

      const execution = await execute('cancellation', input, invoke);

      expect(reports(execution.output)).toMatchObject([
        { done: false, outcome: error, detail: expect.any(String), todo: expect.stringMatching(/^Start again later/) },
      ]);
      expect(invoke.invocations).toBe(21);
      // The metric WorkflowBreakdowns counts this state.
      expect(entered(execution, 'Pass').map(({ name }) => name)).not.toContain('Report breakdown');
    },
  );
});
