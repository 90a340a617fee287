import { describe, expect, it } from 'vitest';
import { SECRET_ID, startStage } from '../support/stage.ts';
import { entered, execute, failingFirst, lambdaError, workflowFunction } from './support.ts';

describe('the daily preflight', () => {
  it('succeeds where every organization could be served', async () => {
    const { service, organization, log } = await startStage();

    const { id, output } = await execute('preflight', { orgIds: [organization.id] }, workflowFunction(service));

    expect(output).toEqual([{ ok: true, orgId: organization.id, credentials: 'service-account', endpoint: 'invites' }]);
    expect(log.line).toMatchObject({ check: true, door: 'workflow', askedBy: id });
  });

  it('fails where one could not, and says which and why', async () => {
    const { service, organization } = await startStage();
    const orgIds = [organization.id, 'f'.repeat(24)];

    const execution = await execute('preflight', { orgIds }, workflowFunction(service));

    expect(execution).toMatchObject({ error: 'PreflightFailed' });
    expect(execution).not.toHaveProperty('output');
    expect(JSON.parse(execution.cause ?? '')).toEqual([
      { ok: false, orgId: orgIds[1], error: 'NotFound', detail: `No organization with ID ${orgIds[1]} exists.` },
    ]);
  });

  it.each([
    'AtlasUnavailable',
    'AtlasRateLimited',
    'AtlasTimeout',
    'CredentialsUnavailable',
    'Lambda.ServiceException',
  ])('wakes nobody for %s that passes', async (errorType) => {
    const { service, organization } = await startStage();
    const invoke = failingFirst([errorType, errorType], workflowFunction(service));

    const { output } = await execute('preflight', { orgIds: [organization.id] }, invoke);

    expect(output).toMatchObject([{ ok: true }]);
    expect(invoke.invocations).toBe(3);
  });

  it('fails where Lambda does not run the function for long, which is no breakdown', async () => {
    const { service, organization } = await startStage();
    const throttled = 'Lambda.TooManyRequestsException';
    const invoke = failingFirst(Array(100).fill(throttled), workflowFunction(service));

    const execution = await execute('preflight', { orgIds: [organization.id] }, invoke);

    expect(execution).toMatchObject({ error: 'PreflightFailed', cause: expect.stringContaining(throttled) });
    expect(entered(execution, 'Pass').map(({ name }) => name)).not.toContain('Report breakdown');
  });

  it('asks once where asking again would not help', async () => {
    const { service, organization, secretsManager } = await startStage();
    secretsManager.delete(SECRET_ID);
    const invoke = failingFirst([], workflowFunction(service));

    const { error, cause } = await execute('preflight', { orgIds: [organization.id] }, invoke);

    expect(error).toBe('PreflightFailed');
    expect(cause).toContain('CredentialsInvalid');
    expect(invoke.invocations).toBe(1);
  });

  it('fails where the function itself breaks down', async () => {
    const execution = await execute('preflight', { orgIds: ['f'.repeat(24)] }, async () =>
      lambdaError('Runtime.ImportModuleError', 'Cannot find module'),
    );

    expect(execution).toMatchObject({ error: 'PreflightFailed', cause: expect.stringContaining('Cannot find module') });
  });
});
