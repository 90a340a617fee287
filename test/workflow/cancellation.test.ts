import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import { type Invoke, lambdaRuntime } from '../../infra/local/lambda-runtime.ts';
import { Failure, type FailureName } from '../../lib/failures.ts';
import { WorkflowFailure } from '../../lib/workflow/failure.ts';
import { NOW } from '../support/clock.ts';
import { SECRET_ID, type Stage, startStage } from '../support/stage.ts';
import { entered, execute, failingFirst, lambdaError, workflowFunction } from './support.ts';

const ANN = 'ann@example.com';

/** The function of a stage, counted, and the input for one person in the stage's organization. */
function prepare({ service, organization }: Stage, errorTypes: readonly string[] = []) {
  const invoke = failingFirst(errorTypes, workflowFunction(service));
  return { invoke, input: { username: ANN, orgIds: [organization.id] } };
}

function reports(output: unknown): unknown {
  return (output as { reports: unknown }).reports;
}

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

describe('several organizations', () => {
  it('get a report each, in their order, whatever became of the others', async () => {
    const stage = await startStage({ environment: { ATLAS_SECRET_ID: 'atlas/{orgId}' } });
    const organizations = [stage.atlas.addOrganization(), stage.atlas.addOrganization(), stage.atlas.addOrganization()];
    for (const organization of organizations) {
      const { clientId, clientSecret } = organization.addServiceAccount();
      stage.secretsManager.put(`atlas/${organization.id}`, { clientId, clientSecret });
    }
    const [pending, accepted] = organizations;
    pending?.invite(ANN);
    accepted?.invite(ANN);
    accepted?.accept(ANN);
    const orgIds = [...organizations.map(({ id }) => id), 'f'.repeat(24)];

    const { output } = await execute('cancellation', { username: ANN, orgIds }, workflowFunction(stage.service));

    expect(output).toMatchObject({
      unfinished: true,
      reports: [
        { orgId: orgIds[0], outcome: 'cancelled' },
        { orgId: orgIds[1], outcome: 'InvitationAccepted' },
        { orgId: orgIds[2], outcome: 'already_gone' },
        { orgId: orgIds[3], outcome: 'CredentialsInvalid' },
      ],
    });
  });

  it('are served five at a time', async () => {
    let running = 0;
    let most = 0;
    const invoke: Invoke = async () => {
      running += 1;
      most = Math.max(most, running);
      await turn();
      running -= 1;
      return { payload: { outcome: 'already_gone', confirmed: true, via: 'users' } };
    };
    const orgIds = Array.from({ length: 12 }, (_, index) => `${index}`.padStart(24, '0'));

    const { output } = await execute('cancellation', { username: ANN, orgIds }, invoke);

    expect(most).toBe(5);
    expect(reports(output)).toHaveLength(12);
  });
});

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
});

describe('an input that is not understood', () => {
  it.each([
    ['a mistyped dryRun, which must never delete anything', { dryrun: true }],
    ['an organization in place of the list', { orgId: 'f'.repeat(24) }],
    ['no organization', { orgIds: [] }],
    ['none at all', { orgIds: undefined }],
  ])('fails for %s', async (_, change) => {
    const stage = await startStage();
    stage.organization.invite(ANN);
    const { invoke, input } = prepare(stage);

    const execution = await execute('cancellation', JSON.parse(JSON.stringify({ ...input, ...change })), invoke);

    expect(execution).toMatchObject({ error: 'InvalidRequest', cause: expect.stringContaining('ifAccepted, dryRun') });
    expect(execution).not.toHaveProperty('output');
    expect(invoke.invocations).toBe(0);
  });
});

it('tells the function which execution asks, and why', async () => {
  const stage = await startStage();
  const { invoke, input } = prepare(stage);

  const { id } = await execute('cancellation', { ...input, reason: 'TICKET-4711' }, invoke);

  expect(stage.log.line).toMatchObject({ askedBy: id, reason: 'TICKET-4711' });
});
