import { describe, expect, it } from 'vitest';
import { costMeter, endOf, startClockedStage, tryDeletion } from './support.ts';

/** No secret, but credentials under the names of Atlas's own tools. */
async function startLaptop(kind: 'service account' | 'API key') {
  const stage = await startClockedStage();
  const { account, organization } = stage;
  const { publicKey, privateKey } = organization.addApiKey();
  const variables =
    kind === 'API key'
      ? { MONGODB_ATLAS_PUBLIC_API_KEY: publicKey, MONGODB_ATLAS_PRIVATE_API_KEY: privateKey }
      : { MONGODB_ATLAS_CLIENT_ID: account.clientId, MONGODB_ATLAS_CLIENT_SECRET: account.clientSecret };
  return { ...stage, variables: { ATLAS_SECRET_ID: '', ...variables } };
}

describe('credentials in the environment', () => {
  it.each(['service account', 'API key'] as const)('serve without Secrets Manager (%s)', async (kind) => {
    const stage = await startLaptop(kind);
    const cost = costMeter(stage);
    const service = stage.newService(stage.variables);
    expect(endOf(await tryDeletion(service, stage.organization.id))).toBe('InvitationNotFound');
    expect(cost()).toEqual({ exchanges: kind === 'API key' ? 0 : 1, reads: 0 });
    expect(stage.log.lines.map(({ level }) => level)).toEqual(['WARN']);
  });

  it('give way to a secret', async () => {
    const { newService, organization, variables, environment, secretsManager } = await startLaptop('service account');
    const service = newService({ ...variables, ATLAS_SECRET_ID: environment['ATLAS_SECRET_ID'] });
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
    expect(secretsManager.counts.requests).toBe(1);
  });

  it('are warned of once where they are deployed, by name and not by value', async () => {
    const { newService, log, variables } = await startLaptop('service account');
    newService({ ...variables, AWS_LAMBDA_FUNCTION_NAME: 'atlas-uninvite-http' });
    expect(log.line).toMatchObject({ level: 'WARN', message: expect.stringContaining('ATLAS_SECRET_ID') });
    for (const value of Object.values(variables).filter(Boolean)) expect(log.text).not.toContain(value);
  });

  it.each([
    [{ MONGODB_ATLAS_CLIENT_ID: 'mdb_sa_id_1' }, 'MONGODB_ATLAS_CLIENT_SECRET'],
    [{ MONGODB_ATLAS_CLIENT_SECRET: 'xxxx' }, 'MONGODB_ATLAS_CLIENT_ID'],
    [{ MONGODB_ATLAS_PUBLIC_API_KEY: 'publickk' }, 'MONGODB_ATLAS_PRIVATE_API_KEY'],
    [{ MONGODB_ATLAS_PRIVATE_API_KEY: 'xxxx' }, 'MONGODB_ATLAS_PUBLIC_API_KEY'],
    [{ MONGODB_ATLAS_CLIENT_ID: 'a:b', MONGODB_ATLAS_CLIENT_SECRET: 'xxxx' }, 'MONGODB_ATLAS_CLIENT_ID'],
    [{ MONGODB_ATLAS_CLIENT_ID: 'a', MONGODB_ATLAS_CLIENT_SECRET: 'x\ny' }, 'MONGODB_ATLAS_CLIENT_SECRET'],
    [{ MONGODB_ATLAS_PUBLIC_API_KEY: 'ä', MONGODB_ATLAS_PRIVATE_API_KEY: 'xxxx' }, 'MONGODB_ATLAS_PUBLIC_API_KEY'],
    [{}, 'ATLAS_SECRET_ID'],
  ])(
    'that are half there or malformed (%o) make every request an InternalError, and the log names the variable',
    async (variables, variable) => {
      const { newService, organization, atlas, secretsManager, log } = await startClockedStage();
      const service = newService({ ATLAS_SECRET_ID: '', ...variables });
      const { failure } = await tryDeletion(service, organization.id);
      expect(failure).toMatchObject({ name: 'InternalError', status: 500 });
      expect(failure?.message).not.toContain(variable);
      expect(log.line).toMatchObject({ about: { variable } });
      expect([atlas.counts.requests, secretsManager.counts.requests]).toEqual([0, 0]);
    },
  );
});
