import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Invoke } from '../../infra/local/lambda-runtime.ts';
import { startStage } from '../support/stage.ts';
import { ANN, execute, prepare, reports, workflowFunction } from './support.ts';

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

describe('an input that is not understood', () => {
  it.each([
    ['a mistyped dryRun, which must never delete anything', { dryrun: true }],
    ['an organization in place of the list', { orgId: 'f'.repeat(24) }],
    ['no organization', { orgIds: [] }],
    ['none at all', { orgIds: undefined }],
    ['more than one execution can report on', { orgIds: Array(101).fill('f'.repeat(24)) }],
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
