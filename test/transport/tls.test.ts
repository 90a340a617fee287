import { Client } from 'undici';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { deadlineIn } from '../../lib/deadline.ts';
import { Connections } from '../../lib/transport/connections.ts';
import { manualClock } from '../support/clock.ts';
import { rawAnswer, startRawServer } from '../support/raw-server.ts';
import { selfSigned } from './self-signed.ts';

async function start() {
  const certificate = selfSigned();
  const server = await startRawServer(() => rawAnswer(204, {}), { tls: certificate });
  const clock = manualClock();
  const connections = new Connections(server.url, clock);
  const send = () =>
    connections.lease(
      deadlineIn(10_000, clock),
      () => new Error('too late'),
      (connection) => connection.exchange({ method: 'GET', path: '/', headers: {}, maxBytes: 0 }, 5_000),
    );
  onTestFinished(async () => {
    await connections.close();
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });
  return { ...server, certificate, send };
}

/** Node's own TLS, with the defaults that the environment gives it. */
async function statusWithoutUs(url: string, ca?: string): Promise<number> {
  const client = new Client(url, ca === undefined ? {} : { connect: { ca } });
  onTestFinished(() => client.destroy());
  return (await client.request({ method: 'GET', path: '/' })).statusCode;
}

describe('a certificate that nobody vouches for', () => {
  it('ends the connection before anything is sent', async () => {
    const { send, requests } = await start();
    const { outcome } = await send();
    expect(outcome).toMatchObject({ lost: 'connection', sent: false, cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } });
    expect(requests).toHaveLength(0);
  });

  it('ends it even where NODE_TLS_REJECT_UNAUTHORIZED switches verification off for all others', async () => {
    const { send, requests, url } = await start();
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    vi.spyOn(process, 'emitWarning').mockReturnValue(); // Node warns of it, and rightly so.
    expect(await statusWithoutUs(url)).toBe(204);
    const { outcome } = await send();
    expect(outcome).toMatchObject({ lost: 'connection', sent: false });
    expect(requests).toHaveLength(1);
  });

  it('is a good one but for that', async () => {
    const { url, certificate } = await start();
    expect(await statusWithoutUs(url, certificate.cert)).toBe(204);
  });
});
