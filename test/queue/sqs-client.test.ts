import { expect, it, onTestFinished, vi } from 'vitest';
import { sqsThrough } from '../../lib/queue/sqs.ts';
import { sqsClient } from '../../lib/queue/sqs-client.ts';
import { rawJson, startRawServer } from '../support/raw-server.ts';
import { DEAD_LETTERS } from './records.ts';

/** Time as requests to SQS see it, which goes on when it is told to. */
function heldTime() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const began = process.uptime();
  let elapsed = 0;
  vi.spyOn(process, 'uptime').mockImplementation(() => began + elapsed / 1_000);
  onTestFinished(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
  return async (milliseconds: number) => {
    elapsed += milliseconds;
    await vi.advanceTimersByTimeAsync(milliseconds);
  };
}

it('a dead letter is sent a second time within the 2.5 s that the door keeps for it, where a connection hangs', async () => {
  const arrived = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const taken = { Successful: [{ Id: '0', MessageId: 'm1', MD5OfMessageBody: '99914b932bd37a50b983c5e7c90ae93b' }] };
  const server = await startRawServer(({ connection }) => {
    arrived[connection - 1]?.resolve();
    return connection === 1 ? undefined : rawJson(200, taken);
  });
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', server.url);
  const elapse = heldTime();
  const client = sqsClient();
  onTestFinished(() => client.destroy());

  const { signal } = new AbortController();
  const sent = sqsThrough(() => client).sendDeadLetters(DEAD_LETTERS, [{ MessageBody: '{}' }], signal);
  await arrived[0]?.promise;
  await elapse(2_000);
  await elapse(500); // What the SDK waits between two tries.
  await arrived[1]?.promise;
  expect(await sent).toEqual([true]);
}, 5_000);
