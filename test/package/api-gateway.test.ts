import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type ApiGateway, startApiGateway } from '../../infra/local/api-gateway.ts';
import { freePorts, LOOPBACK } from '../../infra/local/ports.ts';
import { readServicePackage } from '../../infra/local/service-package.ts';

const environment = { ATLAS_SECRET_ID: 'local', ATLAS_BASE_URL: 'http://127.0.0.1:9' };
const servicePackage = await readServicePackage();

describe('the local API Gateway', () => {
  let api: ApiGateway;
  const logged: string[] = [];

  beforeAll(async () => {
    api = await startApiGateway({ servicePackage, environment, log: (line) => logged.push(line) });
  });
  afterAll(async () => {
    await api.stop();

    await expect(fetch(api.url), 'is gone after stop()').rejects.toThrow('fetch failed');
  });

  it.each(['invites', 'users'])(
    'gives DELETE …/%s/… to the packaged function, which refuses what is no id',
    async (what) => {
      const response = await fetch(`${api.url}/api/atlas/v2/orgs/acme/${what}/1`, { method: 'DELETE' });

      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: 400, errorCode: 'INVALID_REQUEST' });
    },
  );

  it('gives POST /cancellations to the packaged function, body and all', async () => {
    const response = await fetch(`${api.url}/cancellations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ orgId: 'acme', dryrun: true }),
    });

    expect(response.status).toBe(400);
    expect(await response.text()).toContain('dryrun');
  });

  it('has no other route', async () => {
    expect((await fetch(`${api.url}/api/atlas/v2/orgs/acme/invites/1`)).status).toBe(404);
  });

  it('passes on what the function logs, without the words of the emulator', async () => {
    await fetch(`${api.url}/api/atlas/v2/orgs/acme/invites/1`, { method: 'DELETE' });

    expect(logged.length).toBeGreaterThan(0);
    for (const line of logged) expect(() => JSON.parse(line)).not.toThrow();
  });
});

it('names the port that is taken, instead of starting', async () => {
  const [port] = await freePorts([0]);
  const squatter = createServer().listen(port, LOOPBACK);
  onTestFinished(() => void squatter.close());
  await once(squatter, 'listening');

  await expect(startApiGateway({ servicePackage, environment, port })).rejects.toThrow(`Port ${port} is in use`);
});

it('says what serverless-offline said when it does not start', async () => {
  const broken = { ...servicePackage, runtime: 'cobol' };

  await expect(startApiGateway({ servicePackage: broken, environment })).rejects.toThrow(
    /ended with 1:.*'provider.runtime'/s,
  );
});
