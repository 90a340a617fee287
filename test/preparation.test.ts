import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { nextSent } from '../lib/transport/sent.ts';
import { httpDoor } from './support/http-door.ts';
import { deleteInvitation } from './support/http-events.ts';
import { SECRET_ID, startStage } from './support/stage.ts';

const INITIALISING = { AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' };

/** A stage with one invitation, and the way to delete it through a function that Lambda has initialised. */
async function start(environment: Record<string, string> = {}) {
  const stage = await startStage({ environment: { ...INITIALISING, ...environment } });
  const { organization, secretsManager, atlas, service } = stage;
  const { invitationId } = organization.invite('ann@example.com');
  const request = deleteInvitation(organization.id, invitationId);
  const cancel = async () => (await httpDoor(service).request(request)).statusCode;
  const trips = () => [...secretsManager.requests.map(() => 'secret'), ...atlas.requests.map(({ path }) => path)];
  return { ...stage, cancel, trips, deletion: expect.stringMatching(/\/invites\//) };
}

it('reads the secret, and asks Atlas for nothing', async () => {
  const { service, trips } = await start();
  await service.ready();
  expect(trips()).toEqual(['secret']);
});

it('leaves two trips for the first request: the token and the deletion', async () => {
  const { service, cancel, trips, deletion } = await start();
  await service.ready();
  expect(await cancel()).toBe(204);
  expect(trips()).toEqual(['secret', '/api/oauth/token', deletion]);
});

it('opens a connection to Atlas', async () => {
  const { newService } = await start();
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // A TCP server that listens has one.
  const connected = once(server, 'connection');
  await newService({ ATLAS_BASE_URL: `http://127.0.0.1:${port}` }).ready();
  await connected;
});

it('leaves one connection to Atlas, over which both go', async () => {
  const { service, atlas, cancel } = await start();
  await service.ready();
  await cancel();
  expect(atlas.requests.map(({ connection }) => connection)).toEqual([1, 1]);
});

it('does nothing where no Lambda initialises it', async () => {
  const { newService, trips } = await start();
  await newService({ AWS_LAMBDA_INITIALIZATION_TYPE: undefined }).ready();
  expect(trips()).toEqual([]);
});

it('does not fail where Secrets Manager does: the first request reads the secret', async () => {
  const { service, secretsManager, cancel } = await start();
  secretsManager.faults.next({ status: 400, body: { __type: 'AccessDeniedException' } });
  await service.ready();
  expect(await cancel()).toBe(204);
  expect(secretsManager.counts.requests).toBe(2);
});

it('does not fail where Atlas cannot be reached', async () => {
  const { newService } = await start();
  const service = newService({ ATLAS_BASE_URL: 'http://127.0.0.1:9' });
  await expect(service.ready()).resolves.toBe(service);
});

it('rehearses while the secret is on its way: not before it is asked for, nor after it has come', async () => {
  const { service, secretsManager } = await start();
  const order: string[] = [];
  void nextSent().then(() => order.push('sent'));
  secretsManager.faults.next({ delivery: 'hold' });
  const ready = service.ready(async () => order.push('rehearsed'));
  await vi.waitFor(() => expect(secretsManager.faults.held).toBe(1));
  expect(order).toEqual(['sent', 'rehearsed']);
  secretsManager.faults.release();
  await ready;
  expect(order).toEqual(['sent', 'rehearsed']);
});

it('rehearses where there is no secret to be read ahead', async () => {
  const { newService } = await start();
  const rehearse = vi.fn().mockResolvedValue(undefined);
  await newService({ ATLAS_SECRET_ID: 'atlas/{orgId}' }).ready(rehearse);
  expect(rehearse).toHaveBeenCalledOnce();
});

it('does not fail where the rehearsal does', async () => {
  const { service, cancel } = await start();
  await service.ready(() => Promise.reject(new Error('stage fright')));
  expect(await cancel()).toBe(204);
});

it('does not fail where the configuration is malformed: every request says so', async () => {
  const { newService } = await start();
  const service = newService({ ATLAS_CANCEL_API: 'both' });
  await service.ready();
  expect(() => service.deployment).toThrow('not configured correctly');
});

it('waits two seconds at the most for what does not come', async () => {
  const { service, secretsManager } = await start();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  secretsManager.faults.next({ delivery: 'hold' });
  const ready = service.ready();
  await vi.waitFor(() => expect(secretsManager.faults.held).toBe(1));
  await vi.advanceTimersByTimeAsync(2_000);
  await expect(ready).resolves.toBe(service);
});

it('does not trust a secret that was read long ago beyond its first use', async () => {
  const { service, account, secretsManager, cancel, trips, deletion } = await start();
  await service.ready();
  const old = account.clientSecret;
  const { clientId } = account;
  secretsManager.rotate(SECRET_ID, { clientId, clientSecret: account.addSecret() });
  account.deleteSecret(old);
  expect(await cancel()).toBe(204);
  expect(trips()).toEqual(['secret', 'secret', '/api/oauth/token', '/api/oauth/token', deletion]);
});

it('hands a secret out once only: a token that dies early is replaced from a secret read anew', async () => {
  const { service, account, organization, secretsManager, cancel } = await start();
  await service.ready();
  await cancel();
  account.revokeTokens();
  const { invitationId } = organization.invite('bob@example.com');
  const { statusCode } = await httpDoor(service).request(deleteInvitation(organization.id, invitationId));
  expect(statusCode).toBe(204);
  expect(secretsManager.counts.requests).toBe(2);
});

it.each([
  ['no organization is named', undefined, 0],
  ['one organization is allowed', (orgId: string) => orgId, 1],
  ['two organizations are allowed', (orgId: string) => `${orgId},${'0'.repeat(24)}`, 0],
])('reads one of many secrets only where it can know which: %s', async (_, allowed, reads) => {
  const { newService, organization, account, secretsManager } = await start();
  const { clientId, clientSecret } = account;
  secretsManager.put(`atlas/${organization.id}`, { clientId, clientSecret });
  const service = newService({
    ATLAS_SECRET_ID: 'atlas/{orgId}',
    ATLAS_ALLOWED_ORG_IDS: allowed?.(organization.id) ?? '',
  });
  await service.ready();
  expect(secretsManager.requests.map(({ secretId }) => secretId)).toEqual(
    Array(reads).fill(`atlas/${organization.id}`),
  );
});
