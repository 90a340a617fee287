import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { secretsManagerReader } from '../../lib/credentials/secret-reader.ts';
import { sqsThrough } from '../../lib/queue/sqs.ts';
import { sqsClient } from '../../lib/queue/sqs-client.ts';
import { Network } from '../../lib/transport/network.ts';
import { rawJson, startRawServer } from '../support/raw-server.ts';
import { SECRET_ID, startStage } from '../support/stage.ts';
import { selfSigned } from '../transport/self-signed.ts';

const QUEUE = 'https://sqs.eu-west-1.amazonaws.com/123456789012/dead';

/** AWS by a certificate that nobody vouches for, in an environment that switches verification off for everything. */
async function startImpostor(answer: unknown) {
  await startStage(); // For the rest of AWS's environment.
  const server = await startRawServer(() => rawJson(200, answer), { tls: selfSigned() });
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', server.url);
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', server.url);
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  vi.spyOn(process, 'emitWarning').mockReturnValue(); // Node warns of it, and rightly so.
  onTestFinished(() => void vi.restoreAllMocks());
  return server;
}

describe('whoever stands in for AWS without its certificate', () => {
  it('gives us no secret, whatever NODE_TLS_REJECT_UNAUTHORIZED says', async () => {
    const { requests } = await startImpostor({ SecretString: '{"clientId":"x","clientSecret":"x"}' });
    await expect(secretsManagerReader(new Network(systemClock))(SECRET_ID, 5_000)).rejects.toMatchObject({
      name: 'CredentialsUnavailable',
      logged: { reason: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT') },
    });
    expect(requests).toEqual([]);
  });

  it('gets no dead letter of ours', async () => {
    const { requests } = await startImpostor({ Successful: [{ Id: '0' }], Failed: [] });
    const client = sqsClient();
    onTestFinished(() => client.destroy());
    const sent = sqsThrough(() => client).sendDeadLetters(QUEUE, [{ MessageBody: '{}' }], AbortSignal.timeout(5_000));
    await expect(sent).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(requests).toEqual([]);
  });
});
