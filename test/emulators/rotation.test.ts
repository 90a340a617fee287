import { expect, it, onTestFinished } from 'vitest';
import { type RotationStep, rotateAsAwsDoes } from '../../infra/emulators/secrets-manager/rotation.ts';
import { startSecretsManager } from '../../infra/emulators/secrets-manager/secrets-manager.ts';
import { askForToken, USERS, withAtlas } from './support.ts';

it('rotates in the order of AWS: the old token works until the old secret is deleted, the new secret before it is stored', async () => {
  const { atlas, account, organization, api } = await withAtlas();
  const secrets = await startSecretsManager();
  onTestFinished(() => secrets.close());
  const old = account.clientSecret;
  secrets.put('s', { clientId: account.clientId, clientSecret: old, orgId: organization.id });

  const seen: [RotationStep, number, boolean, number][] = [];
  await rotateAsAwsDoes(account, secrets, 's', async (step) => {
    const { status } = await api.get('/users', USERS);
    const storedIsNew = !secrets.current('s').includes(old);
    seen.push([step, status, storedIsNew, (await askForToken(atlas, account)).status]);
  });

  expect(seen).toEqual([
    ['created', 200, false, 200],
    ['tested', 200, false, 200],
    ['stored', 200, true, 200],
    ['deleted', 401, true, 200],
  ]);
  expect(JSON.parse(secrets.current('s'))).toEqual({
    clientId: account.clientId,
    clientSecret: account.clientSecret,
    orgId: organization.id,
  });
  expect(account.secrets).toHaveLength(1);
  expect((await askForToken(atlas, account, old)).status).toBe(401);
});

it('does not rotate an account that has two secrets', async () => {
  const { account } = await withAtlas();
  const secrets = await startSecretsManager();
  onTestFinished(() => secrets.close());
  secrets.put('s', { clientSecret: account.clientSecret });
  account.addSecret();
  await expect(rotateAsAwsDoes(account, secrets, 's')).rejects.toThrow('two secrets');
});
