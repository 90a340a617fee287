import { Socket } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createHttpHandler } from '../lib/http/handler.ts';
import { createQueueDoor } from '../lib/queue/door.ts';
import { EVENTS, ready, rehearse } from '../lib/rehearsal.ts';
import { createWorkflowDoor } from '../lib/workflow/door.ts';
import { lambdaContext } from './support/lambda.ts';
import { startStage } from './support/stage.ts';

const DOORS = [
  ['http', () => rehearse(createHttpHandler, EVENTS.http), { statusCode: 204 }],
  ['queue', () => rehearse(createQueueDoor, EVENTS.queue), { batchItemFailures: [] }],
  ['workflow', () => rehearse(createWorkflowDoor, EVENTS.workflow), { outcome: 'cancelled', confirmed: true }],
] as const;

/** A stage whose environment is the process's, as Lambda gives it to a function that it initialises. */
async function start() {
  const stage = await startStage({ environment: { AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' } });
  for (const [name, value] of Object.entries(stage.environment)) vi.stubEnv(name, value);
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  onTestFinished(() => void vi.restoreAllMocks());
  return { ...stage, write };
}

it.each(DOORS)('the event of the %s door is served to its end, and nobody is asked or told', async (_, act, answer) => {
  const { write } = await start();
  const connect = vi.spyOn(Socket.prototype, 'connect');
  expect(await act()).toMatchObject(answer);
  expect(connect).not.toHaveBeenCalled();
  expect(write).not.toHaveBeenCalled();
});

it.each(['http', 'queue', 'workflow'])(
  'the function %s has rehearsed with an event of its door when it is loaded',
  async (key) => {
    await start();
    vi.resetModules();
    const { Journal } = await import('../lib/observability/journal.ts');
    const served = vi.spyOn(Journal.prototype, 'served');
    await import(`../functions/${key}.ts`);
    expect(served.mock.calls).toMatchObject([[{ asked: { door: key }, result: { outcome: 'cancelled' } }, undefined]]);
  },
);

it('a function is handed to Lambda with its secret read and nothing sent to Atlas, and serves its first request', async () => {
  const { atlas, secretsManager, organization, write } = await start();
  const create = vi.fn(createWorkflowDoor);
  const handler = await ready(create, EVENTS.workflow);
  expect(create).toHaveBeenCalledTimes(2);
  expect([atlas.counts.requests, secretsManager.counts.requests]).toEqual([0, 1]);
  expect(write).not.toHaveBeenCalled();

  const { invitationId } = organization.invite('ann@example.com');
  const answer = await handler({ orgId: organization.id, invitationId }, lambdaContext());
  expect(answer).toMatchObject({ outcome: 'cancelled', invitationId });
  expect([atlas.counts.requests, secretsManager.counts.requests]).toEqual([2, 1]);
});
