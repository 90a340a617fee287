import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { packagedFunction, readServicePackage } from '../../infra/local/service-package.ts';
import { record } from '../queue/records.ts';
import { deleteInvitation, payloadV2 } from '../support/http-events.ts';
import { startStage } from '../support/stage.ts';
import { type RuntimeApi, startRuntimeApi } from './runtime-api.ts';

/**
 * AWS's own runtime interface client for Node.js. It is no dependency: its installation compiles C++ and takes minutes. It
 * may be installed anywhere.
 */
const HOW_TO_GET_IT =
  'aws-lambda-ric is not installed. On Linux with cmake, make and a C++ compiler: npm install --prefix /tmp/ric ' +
  'aws-lambda-ric@4.0.2, then AWS_LAMBDA_RIC=/tmp/ric/node_modules/aws-lambda-ric/index.mjs npm test';

function runtimeInterfaceClient(): string | undefined {
  const given = process.env['AWS_LAMBDA_RIC'];
  if (given) return given;
  try {
    return createRequire(import.meta.url).resolve('aws-lambda-ric');
  } catch {
    return undefined; // Not installed, which is well.
  }
}

const client = runtimeInterfaceClient();
// The reporter counts what is skipped, and does not say why.
if (client === undefined) console.warn(`Skipped: ${HOW_TO_GET_IT}`);

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Starts a function of the package as Lambda does, and Atlas and Secrets Manager on loopback for it. */
async function start(key: string, { skip }: TestContext) {
  if (client === undefined) return skip(HOW_TO_GET_IT);
  const stage = await startStage();
  const { name, handler, archive } = packagedFunction(await readServicePackage(), key);
  const task = await mkdtemp(join(tmpdir(), 'task-'));
  onTestFinished(() => rm(task, { recursive: true }));
  for (const [path, bytes] of Object.entries(unzipSync(await readFile(archive)))) {
    await mkdir(dirname(join(task, path)), { recursive: true });
    await writeFile(join(task, path), bytes);
  }
  const runtime: RuntimeApi = await startRuntimeApi();
  const child = spawn(process.execPath, [client, handler], {
    env: {
      ...stage.environment,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: stage.secretsManager.url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_RUNTIME_API: runtime.address,
      LAMBDA_TASK_ROOT: task,
      _HANDLER: handler,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => stopped(child));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`the runtime ended:\n${output}`)));
  ended.catch(() => {}); // Told to whoever waits for an answer.
  return {
    ...stage,
    invoke: (event: unknown) => Promise.race([runtime.invoke(event), ended]),
    output: () => output,
  };
}

describe("under AWS's runtime interface client", () => {
  it('the workflow function fails by the names that a state machine matches', async (context) => {
    const { invoke, organization, output } = await start('workflow', context);
    const invitationId = '0'.repeat(24);
    for (const [event, name] of [
      [{ orgId: 'x' }, 'InvalidRequest'],
      [{ orgId: organization.id, invitationId }, 'InvitationNotFound'],
      [{ orgId: 'f'.repeat(24), invitationId }, 'NotFound'],
    ] as const) {
      expect(await invoke(event)).toMatchObject({
        kind: 'error',
        body: { errorType: name, errorMessage: expect.stringContaining(`"name":"${name}"`) },
      });
    }
    // One line of ours for each, and the runtime's own: nothing in them that is not told anyway.
    expect(output()).not.toContain('at file:');
  });

  it('the workflow function answers with the result', async (context) => {
    const { invoke, organization } = await start('workflow', context);
    const { invitationId } = organization.invite('ann@example.com');
    expect(await invoke({ orgId: organization.id, invitationId })).toMatchObject({
      kind: 'response',
      body: { outcome: 'cancelled', confirmed: true, via: 'invites', invitationId },
    });
  });

  it('the HTTP function answers what API Gateway takes', async (context) => {
    const { invoke, organization } = await start('http', context);
    const { invitationId } = organization.invite('ann@example.com');
    const event = payloadV2(deleteInvitation(organization.id, invitationId, { receivedAt: Date.now() }));
    expect(await invoke(event)).toMatchObject({ kind: 'response', body: { statusCode: 204 } });
    expect(await invoke({})).toMatchObject({ kind: 'response', body: { statusCode: 400 } });
  });

  it('the queue function reports the messages that stay', async (context) => {
    const { invoke, organization } = await start('queue', context);
    const { invitationId } = organization.invite('ann@example.com');
    const good = record({ messageId: 'm1', body: JSON.stringify({ orgId: organization.id, invitationId }) });
    const bad = record({ messageId: 'm2', body: 'no JSON', receiptHandle: undefined as never });
    expect(await invoke({ Records: [good, bad] })).toEqual({
      kind: 'response',
      body: { batchItemFailures: [{ itemIdentifier: 'm2' }] },
    });
    expect(await invoke({})).toMatchObject({ kind: 'error', body: { errorType: 'Error' } });
  });
});
