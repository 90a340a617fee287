import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { startMapping } from '../../infra/local/event-source-mapping.ts';
import type { Invocation } from '../../infra/local/lambda-runtime.ts';
import type { Environment } from '../../lib/configuration.ts';
import { startQueueStage } from './stage.ts';

/** Starts the function in a process of its own. */
async function startFunction(environment: Environment): Promise<ChildProcess> {
  const child = fork(new URL('function-process.ts', import.meta.url), {
    env: { ...process.env, ...environment },
    execPath: process.execPath,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'message');
  return child;
}

/** One invocation, which fails if the process ends before it has answered. */
async function invoke(child: ChildProcess, event: object): Promise<Invocation> {
  const answered = once(child, 'message').then(([payload]): Invocation => ({ payload }));
  const ended = once(child, 'exit').then(
    ([, signal]): Invocation => ({
      error: { errorType: 'Runtime.ExitError', errorMessage: `signal: ${signal}`, trace: [] },
    }),
  );
  child.send(event);
  return Promise.race([answered, ended]);
}

it('a function killed amid a batch loses nothing: every message comes back, and is done or a dead letter', async () => {
  const { atlas, organization, environment, queue, left, reveal } = await startQueueStage();
  const people = Array.from({ length: 10 }, (_, index) => `person${index}@example.com`);
  for (const [index, username] of people.entries()) {
    const { invitationId } = organization.invite(username);
    // Half of them say whose the invitation is, so that it can be told afterwards that it was cancelled.
    await queue.send({ orgId: organization.id, invitationId, ...(index % 2 === 0 ? { username } : {}) });
  }
  const last = organization.invitations().at(-1)?.id ?? '';
  atlas.faults.next({ status: 503, delivery: 'hold' }, new RegExp(`DELETE .*${last}`));
  const nineDone = Promise.withResolvers<void>();
  atlas.settings.after = () => {
    if (organization.invitations().length === 1) nineDone.resolve();
  };

  /** Delivers the messages to a function, until its first invocation has ended. */
  const deliverTo = async (child: ChildProcess) => {
    const invoked = Promise.withResolvers<Invocation>();
    const stop = startMapping({
      client: queue.client,
      source: queue.queue,
      invoke: async (event) => {
        const invocation = await invoke(child, event);
        invoked.resolve(invocation);
        return invocation;
      },
    });
    const invocation = await invoked.promise;
    await stop();
    return invocation;
  };

  const killed = await startFunction(environment);
  void nineDone.promise.then(() => killed.kill('SIGKILL'));
  expect(await deliverTo(killed)).toMatchObject({ error: { errorMessage: 'signal: SIGKILL' } });
  expect(left()).toBe(10);

  await reveal();
  expect(await deliverTo(await startFunction(environment))).toEqual({ payload: { batchItemFailures: [] } });
  expect(left()).toBe(0);
  expect(organization.invitations()).toEqual([]);
  const letters = await queue.deadLetters();
  expect(letters.length).toBeLessThanOrEqual(5);
  for (const { MessageAttributes } of letters) {
    expect(JSON.parse(MessageAttributes?.['Failure']?.StringValue ?? '').name).toBe('InvitationNotFound');
  }
});
