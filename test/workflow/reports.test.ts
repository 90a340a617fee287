import { describe, expect, it } from 'vitest';
import { type Invoke, lambdaRuntime } from '../../infra/local/lambda-runtime.ts';
import { Failure, type FailureName } from '../../lib/failures.ts';
import { WorkflowFailure } from '../../lib/workflow/failure.ts';
import { NOW } from '../support/clock.ts';
import { SECRET_ID, startStage } from '../support/stage.ts';
import { ANN, entered, execute, lambdaError, prepare, reports } from './support.ts';

describe('the report of an organization', () => {
  it('says that a pending invitation was cancelled, and that nothing is left to do', async () => {
    const stage = await startStage();
    const { invitationId } = stage.organization.invite(ANN);
    const { invoke, input } = prepare(stage);

    const { output } = await execute('cancellation', input, invoke);

    expect(output).toEqual({
      unfinished: false,
      reports: [
        {
          orgId: stage.organization.id,
          done: true,
          outcome: 'cancelled',
          detail: 'Settled through the invites endpoint of Atlas; confirmed: true.',
          todo: 'Nothing.',
        },
      ],
    });
    expect(stage.organization.invitation(invitationId)?.listed).toBeFalsy();
    expect(stage.organization.person(ANN)).toBeUndefined();
  });

  it('says that an unknown person is not there', async () => {
    const stage = await startStage();
    const { invoke, input } = prepare(stage);

    const { output } = await execute('cancellation', input, invoke);

    expect(output).toMatchObject({
      unfinished: false,
      reports: [{ done: true, outcome: 'already_gone', todo: 'Nothing.' }],
    });
  });

  it('leaves the decision about a member to a person, on a branch of its own', async () => {
    const stage = await startStage();
    stage.organization.invite(ANN);
    stage.organization.accept(ANN);
    const { invoke, input } = prepare(stage);

    const execution = await execute('cancellation', input, invoke);

    expect(execution.output).toMatchObject({
      unfinished: true,
      reports: [
        {
          done: false,
          outcome: 'InvitationAccepted',
          detail: 'ann@example.com has accepted the invitation and is an active member.',
          todo: expect.stringContaining('Decide whether the member shall go.'),
        },
      ],
    });
    expect(entered(execution, 'Pass').map(({ name }) => name)).toContain('Report acceptance');
    expect(stage.organization.person(ANN)?.status).toBe('ACTIVE');
    expect(invoke.invocations).toBe(1);
  });

  it('says of a dry run what would have happened', async () => {
    const stage = await startStage();
    stage.organization.invite(ANN);
    const { invoke, input } = prepare(stage);

    const { output } = await execute('cancellation', { ...input, dryRun: true }, invoke);

    expect(reports(output)).toMatchObject([
      { done: true, outcome: 'would_cancel', todo: 'Start again without dryRun to carry it out.' },
    ]);
    expect(stage.organization.person(ANN)?.status).toBe('PENDING');
  });

  it('has somebody mend credentials that Atlas refuses, and tries them once', async () => {
    const stage = await startStage();
    const clientSecret = `mdb_sa_sk_${'x'.repeat(40)}`;
    stage.secretsManager.rotate(SECRET_ID, { clientId: stage.account.clientId, clientSecret });
    const { invoke, input } = prepare(stage);

    const { output } = await execute('cancellation', input, invoke);

    expect(reports(output)).toMatchObject([
      {
        done: false,
        outcome: 'AtlasUnauthorized',
        detail: 'Invalid credentials provided.',
        todo: expect.stringMatching(/^Mend the Atlas credentials.*preflight/),
      },
    ]);
    expect(invoke.invocations).toBe(1);
  });

  it('names the address that the access list lacks', async () => {
    const stage = await startStage();
    stage.organization.accessList = ['198.51.100.0/24'];
    const { invoke, input } = prepare(stage);

    const { output } = await execute('cancellation', input, invoke);

    expect(reports(output)).toMatchObject([
      { outcome: 'AtlasAccessListBlocked', detail: expect.stringContaining('Add 203.0.113.7 to the API access list') },
    ]);
  });

  it.each([
    ['an unknown organization', { orgIds: ['f'.repeat(24)] }, 'NotFound', 'No organization with ID'],
    ['what is no organization', { orgIds: ['acme'] }, 'InvalidRequest', 'orgId must be 24 lower-case'],
    ['no person', { username: undefined }, 'InvalidRequest', 'username must be an e-mail address'],
    ['a removal that is not allowed', { ifAccepted: 'remove' }, 'Forbidden', 'ALLOW_MEMBER_REMOVAL'],
  ])('refuses %s at once', async (_, change, outcome, detail) => {
    const stage = await startStage();
    const { invoke, input } = prepare(stage);

    const { output } = await execute('cancellation', JSON.parse(JSON.stringify({ ...input, ...change })), invoke);

    expect(reports(output)).toMatchObject([
      {
        done: false,
        outcome,
        detail: expect.stringContaining(detail),
        todo: expect.stringMatching(/^Correct the input/),
      },
    ]);
    expect(invoke.invocations).toBe(1);
  });

  it.each([
    ['InvalidRequest', 'Correct the input'],
    ['InvitationNotFound', 'Correct the input'],
    ['InvitationAccepted', 'Decide whether the member shall go'],
    ['NotFound', 'Correct the input'],
    ['Forbidden', 'Correct the input'],
    ['InvitationApiSunset', 'Correct the input'],
    ['AtlasUnauthorized', 'Mend the Atlas credentials'],
    ['AtlasAccessListBlocked', 'Mend the Atlas credentials'],
    ['AtlasRateLimited', 'Start again later'],
    ['AtlasUnavailable', 'Start again later'],
    ['AtlasTimeout', 'Start again later'],
    ['CredentialsUnavailable', 'Start again later'],
    ['CredentialsInvalid', 'Mend the Atlas credentials'],
    ['InternalError', 'Look for the reason in the log'],
  ] as const satisfies [FailureName, string][])('says after a lasting %s: %s ...', async (name, todo) => {
    const failing: Invoke = lambdaRuntime(async () => {
      throw new WorkflowFailure(new Failure(name, 'why'), NOW);
    }, 30);

    const { output } = await execute('cancellation', { username: ANN, orgIds: ['f'.repeat(24)] }, failing);

    expect(reports(output)).toMatchObject([
      { done: false, outcome: name, todo: expect.stringMatching(new RegExp(`^${todo}`)) },
    ]);
  });

  it.each(['TypeError', 'Runtime.ImportModuleError', 'InternalErrorOfSomebodyElse'])(
    'sends a person to the log after the function failed by %s',
    async (errorType) => {
      const stage = await startStage();
      const { input } = prepare(stage);

      const { output } = await execute('cancellation', input, async () => lambdaError(errorType, 'what it said'));

      expect(reports(output)).toMatchObject([
        {
          done: false,
          outcome: errorType,
          detail: expect.stringContaining('what it said'),
          todo: expect.stringMatching(/^Look for the reason in the log/),
        },
      ]);
    },
  );
});
