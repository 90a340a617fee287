import {
  GetSecretValueCommand,
  type GetSecretValueCommandInput,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { failures } from '../../infra/emulators/secrets-manager/aws-error.ts';
import { startSecretsManager } from '../../infra/emulators/secrets-manager/secrets-manager.ts';
import { send, stoppedClock } from './support.ts';

/** The emulator and the real client, which finds it by its own endpoint variable. */
async function start() {
  const secrets = await startSecretsManager({ clock: stoppedClock() });
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', secrets.url);
  const client = new SecretsManagerClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'xxxx', secretAccessKey: 'xxxx', sessionToken: 'planted-session-token' },
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    client.destroy();
    vi.unstubAllEnvs();
    await secrets.close();
  });
  const read = (input: GetSecretValueCommandInput) => client.send(new GetSecretValueCommand(input));
  return { secrets, read };
}

describe('GetSecretValue', () => {
  it('gives the current version by name, by ARN and by partial ARN', async () => {
    const { secrets, read } = await start();
    const arn = secrets.put('atlas/one', { clientId: 'x' });
    for (const SecretId of ['atlas/one', arn, arn.slice(0, -7)]) {
      expect(await read({ SecretId })).toMatchObject({
        ARN: arn,
        Name: 'atlas/one',
        SecretString: '{"clientId":"x"}',
        VersionId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        VersionStages: ['AWSCURRENT'],
        CreatedDate: new Date('2026-11-23T08:00:00Z'),
      });
    }
    expect(secrets.requests.map(({ secretId, status }) => [secretId, status])).toContainEqual(['atlas/one', 200]);
    expect(JSON.stringify(secrets.requests)).not.toContain('planted-session-token');
  });

  it('moves the stages when a secret is rotated, and forgets versions without one', async () => {
    const { secrets, read } = await start();
    secrets.put('s', 'one');
    const first = await read({ SecretId: 's' });
    secrets.rotate('s', 'two');
    expect(await read({ SecretId: 's' })).toMatchObject({ SecretString: 'two' });
    expect(await read({ SecretId: 's', VersionStage: 'AWSPREVIOUS' })).toMatchObject({ SecretString: 'one' });
    expect(await read({ SecretId: 's', VersionId: first.VersionId })).toMatchObject({ VersionStages: ['AWSPREVIOUS'] });
    const mixed = read({ SecretId: 's', VersionId: first.VersionId, VersionStage: 'AWSCURRENT' });
    await expect(mixed).rejects.toMatchObject({ name: 'InvalidRequestException' });
    secrets.rotate('s', new Uint8Array([1, 2]));
    expect((await read({ SecretId: 's' })).SecretBinary).toEqual(new Uint8Array([1, 2]));
    const forgotten = read({ SecretId: 's', VersionId: first.VersionId });
    await expect(forgotten).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('speaks of what is not there in the words of AWS', async () => {
    const { secrets, read } = await start();
    secrets.put('empty');
    secrets.put('deleted', 'x');
    secrets.delete('deleted');
    const cases = [
      ['absent', 'ResourceNotFoundException', "Secrets Manager can't find the specified secret."],
      [
        'empty',
        'ResourceNotFoundException',
        "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
      ],
      [
        'deleted',
        'InvalidRequestException',
        "You can't perform this operation on the secret because it was marked for deletion.",
      ],
    ] as const;
    for (const [SecretId, name, message] of cases) {
      await expect(read({ SecretId })).rejects.toMatchObject({ name, message, $metadata: { httpStatusCode: 400 } });
    }
    expect(() => secrets.rotate('absent', 'x')).toThrow('no secret named absent');
  });

  it.each([
    ['throttled', 'ThrottlingException'],
    ['internalError', 'InternalServiceError'],
    ['accessDenied', 'AccessDeniedException'],
    ['decryptionFailure', 'DecryptionFailure'],
    ['reset', 'TimeoutError'],
    ['garbage', 'SyntaxError'],
  ] as const)('fails on demand: %s', async (failure, name) => {
    const { secrets, read } = await start();
    secrets.put('s', 'x');
    secrets.faults.next(failures[failure]());
    await expect(read({ SecretId: 's' })).rejects.toMatchObject({ name });
    expect(await read({ SecretId: 's' })).toMatchObject({ SecretString: 'x' });
  });

  it('fails on demand: an answer without a value, and one that waits until released', async () => {
    const { secrets, read } = await start();
    secrets.put('s', 'x');
    secrets.faults.next(failures.emptyAnswer());
    expect(await read({ SecretId: 's' })).not.toHaveProperty('SecretString');
    const arrived = Promise.withResolvers<void>();
    secrets.settings.after = () => arrived.resolve();
    secrets.faults.next(failures.neverAnswers());
    const answer = read({ SecretId: 's' });
    await arrived.promise;
    expect(secrets.requests.at(-1)?.status).toBe(0);
    await new Promise(setImmediate);
    secrets.faults.release();
    expect(await answer).toMatchObject({ SecretString: 'x' });
  });

  it.each([
    [{ 'x-amz-target': 'secretsmanager.GetSecretValue' }, '{"SecretId":"s"}', 'MissingAuthenticationTokenException'],
    [
      { 'x-amz-target': 'secretsmanager.ListSecrets', authorization: 'AWS4-HMAC-SHA256 x' },
      '{}',
      'UnknownOperationException',
    ],
    [
      { 'x-amz-target': 'secretsmanager.GetSecretValue', authorization: 'AWS4-HMAC-SHA256 x' },
      '{',
      'InvalidParameterException',
    ],
  ])('refuses %j', async (headers, body, type) => {
    const { secrets } = await start();
    const { status, text } = await send(secrets.url, 'POST', headers, { body });
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ __type: type });
  });
});
