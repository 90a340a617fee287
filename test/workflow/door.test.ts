import { describe, expect, it } from 'vitest';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import { systemClock } from '../../lib/clock.ts';
import { Service } from '../../lib/service.ts';
import { createWorkflowDoor } from '../../lib/workflow/door.ts';
import { manualClock } from '../support/clock.ts';
import { lambdaContext, REQUEST_ID } from '../support/lambda.ts';
import { startStage } from '../support/stage.ts';
import { clientContext, workflowFunction } from './support.ts';

describe('the input', () => {
  it('is the request, and the result is the output', async () => {
    const { service, organization } = await startStage();
    const { invitationId } = organization.invite('ann@example.com');

    const output = await createWorkflowDoor(service)({ orgId: organization.id, invitationId }, lambdaContext());

    expect(output).toEqual({
      outcome: 'cancelled',
      confirmed: true,
      via: 'invites',
      orgId: organization.id,
      invitationId,
    });
    expect(organization.invitation(invitationId)?.listed).toBeFalsy();
  });

  it.each([
    ['a field that is not known', { dryrun: true }, 'dryrun'],
    ['a list of organizations, which is for the state machine', { orgIds: [] }, 'orgIds'],
    ['the execution, which comes beside the input', { execution: 'arn' }, 'execution'],
  ])('is refused with %s', async (_, more, field) => {
    const { service, organization, atlas } = await startStage();
    organization.invite('ann@example.com');
    const door = createWorkflowDoor(service);

    const request = { orgId: organization.id, username: 'ann@example.com', ...more };
    await expect(door(request, lambdaContext())).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringContaining(`${field} is not a field of this request`),
    });
    expect(atlas.requests).toHaveLength(0);
  });

  it.each([{ input: null }, { input: undefined }, { input: [] }, { input: 'text' }, { input: 0 }, { input: {} }])(
    'is refused where it is $input',
    async ({ input }) => {
      const { service } = await startStage();

      await expect(createWorkflowDoor(service)(input, lambdaContext())).rejects.toMatchObject({
        name: 'InvalidRequest',
      });
    },
  );

  it('may come without a context', async () => {
    const { service, organization } = await startStage();

    await expect(
      createWorkflowDoor(service)({ orgId: organization.id, username: 'ann@example.com' }),
    ).resolves.toMatchObject({ outcome: 'already_gone' });
  });
});

describe('time', () => {
  it('is spent on a blip, but not on a long wait, which costs nothing in the state machine', async () => {
    const { service, organization, atlas, log } = await startStage();
    atlas.faults.next(failures.rateLimited(2), /invites/);
    atlas.faults.next(failures.unexpectedError(), /invites/);
    const invoke = workflowFunction(service);
    const request = { orgId: organization.id, username: 'ann@example.com' };

    expect(await invoke(request)).toMatchObject({ payload: { outcome: 'already_gone' } });
    expect(log.line).toMatchObject({ tries: 4 });

    atlas.faults.next(failures.rateLimited(3), /invites/);
    expect(await invoke(request)).toMatchObject({ error: { errorType: 'AtlasRateLimited' } });
  });

  it.each([
    { left: 30_000, granted: 29_500 },
    { left: 600, granted: 100 },
    { left: 500, granted: 0 },
    { left: 3, granted: 0 },
  ])(
    'ends half a second before Lambda ends the function: with $left ms left, after $granted',
    async ({ left, granted }) => {
      const { environment } = await startStage();
      const remaining: number[] = [];
      class Recording extends Service {
        override serve(...[asked, limits, read]: Parameters<Service['serve']>) {
          remaining.push(limits.deadline.remaining());
          return super.serve(asked, limits, read);
        }
      }
      const service = new Recording({ environment, clock: manualClock(), write: () => {} });

      await expect(createWorkflowDoor(service)({}, lambdaContext(left))).rejects.toThrow();

      expect(remaining).toEqual([granted]);
    },
  );

  it('that is up is a failure with a name', async () => {
    const { service, organization, atlas } = await startStage({ clock: systemClock });
    const door = createWorkflowDoor(service);
    const request = { orgId: organization.id, username: 'ann@example.com' };
    await door(request, lambdaContext());
    atlas.faults.always(() => failures.neverAnswers());

    await expect(door(request, lambdaContext(600))).rejects.toMatchObject({ name: 'AtlasTimeout' });
  });
});

describe('the log line', () => {
  const execution = 'arn:aws:states:eu-west-1:123456789012:execution:cancellation:ticket-4711';

  it('says which execution asked, as the client context says', async () => {
    const { service, organization, log } = await startStage();

    await workflowFunction(service)(
      { orgId: organization.id, username: 'ann@example.com', reason: 'TICKET-4711' },
      clientContext({ custom: { execution } }),
    );

    expect(log.line).toMatchObject({ door: 'workflow', askedBy: execution, reason: 'TICKET-4711' });
  });

  it.each([undefined, null, {}, { custom: null }, { custom: { execution: 7 } }])(
    'names nobody where the client context is %j',
    async (context) => {
      const { service, organization, log } = await startStage();
      const door = createWorkflowDoor(service);

      await door(
        { orgId: organization.id, username: 'ann@example.com' },
        { awsRequestId: REQUEST_ID, clientContext: context as never },
      );

      expect(log.line).toMatchObject({ door: 'workflow', requestId: REQUEST_ID, outcome: 'already_gone' });
      expect(log.line).not.toHaveProperty('askedBy');
    },
  );

  it('masks an address in the name of the execution', async () => {
    const { service, organization, log } = await startStage();

    await workflowFunction(service)(
      { orgId: organization.id, username: 'ann@example.com' },
      clientContext({ custom: { execution: `${execution}-ann@example.com` } }),
    );

    expect(log.text).not.toContain('ann@example.com');
    expect(log.line['askedBy']).toContain('***@example.com');
  });
});
