import { describe, expect, it } from 'vitest';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import { FAILURES, Failure, type FailureName } from '../../lib/failures.ts';
import { WorkflowFailure } from '../../lib/workflow/failure.ts';
import { NOW } from '../support/clock.ts';
import { startStage } from '../support/stage.ts';
import { workflowFunction } from './support.ts';

describe('a failure', () => {
  it.each(Object.keys(FAILURES) as FailureName[])('%s goes through Lambda under its own name', async (name) => {
    const thrown = new WorkflowFailure(new Failure(name, 'why'), NOW);

    expect(thrown).toBeInstanceOf(Error);
    expect(thrown.name).toBe(name);
    expect(JSON.parse(thrown.message)).toEqual({
      name,
      errorCode: name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase(),
      status: FAILURES[name].status,
      detail: 'why',
      failedAt: '2026-11-23T08:00:00.000Z',
    });
  });

  it('says in its message what Atlas said, and when it came to that', async () => {
    const { service, organization } = await startStage();

    const invocation = await workflowFunction(service)({ orgId: 'f'.repeat(24), username: 'ann@example.com' });

    expect(organization.id).not.toBe('f'.repeat(24));
    expect(invocation).toMatchObject({ error: { errorType: 'NotFound' } });
    expect(message(invocation)).toEqual({
      name: 'NotFound',
      errorCode: 'ORG_NOT_FOUND',
      status: 404,
      detail: `No organization with ID ${'f'.repeat(24)} exists.`,
      failedAt: '2026-11-23T08:00:00.000Z',
    });
  });

  it('says how many seconds to wait, where Atlas says so and it is too long for the function', async () => {
    const { service, organization, atlas } = await startStage();
    atlas.faults.next(failures.rateLimited(55), /invites/);

    const invocation = await workflowFunction(service)({ orgId: organization.id, username: 'ann@example.com' });

    expect(invocation).toMatchObject({ error: { errorType: 'AtlasRateLimited' } });
    expect(message(invocation)).toMatchObject({ retryAfter: 55, errorCode: 'RATE_LIMITED_TOKEN_BUCKET' });
  });

  it('carries no address and no stack', async () => {
    const { service, organization } = await startStage();
    organization.invite('ann@example.com');
    organization.accept('ann@example.com');

    const invocation = await workflowFunction(service)({ orgId: organization.id, username: 'ann@example.com' });

    expect(invocation).toMatchObject({ error: { errorType: 'InvitationAccepted', trace: [''] } });
    expect(JSON.stringify(invocation)).not.toContain('ann@example.com');
  });
});

function message(invocation: Awaited<ReturnType<ReturnType<typeof workflowFunction>>>): unknown {
  return 'error' in invocation ? JSON.parse(invocation.error.errorMessage) : undefined;
}
