import { expect, it, vi } from 'vitest';
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

/** A stage whose environment is the process's, as Lambda gives it to a function. */
async function start() {
  const stage = await startStage({ environment: { AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' } });
  for (const [name, value] of Object.entries(stage.environment)) vi.stubEnv(name, value);
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  return { ...stage, write };
}

it.each(DOORS)('the event of the %s door is served to its end, and nobody is asked or told', async (_, act, answer) => {
  const { atlas, secretsManager, write } = await start();
  expect(await act()).toMatchObject(answer);
  expect([...atlas.requests, ...secretsManager.requests]).toEqual([]);
  expect(write).not.toHaveBeenCalled();
});

it('a function is handed to Lambda with its secret read and nothing sent to Atlas, and serves its first request', async () => {
  const { atlas, secretsManager, organization, write } = await start();
  const handler = await ready(createWorkflowDoor, EVENTS.workflow);
  expect([atlas.counts.requests, secretsManager.counts.requests]).toEqual([0, 1]);
  expect(write).not.toHaveBeenCalled();

  const { invitationId } = organization.invite('ann@example.com');
  const answer = await handler({ orgId: organization.id, invitationId }, lambdaContext());
  expect(answer).toMatchObject({ outcome: 'cancelled', invitationId });
  expect([atlas.counts.requests, secretsManager.counts.requests]).toEqual([2, 1]);
});
