import { describe, expect, it } from 'vitest';
import { SECRET_ID } from '../support/stage.ts';
import { endOf, startClockedStage, tryDeletion } from './support.ts';

describe('the base URL', () => {
  it('of a secret gives way to ATLAS_BASE_URL', async () => {
    const { service, organization, account, secretsManager } = await startClockedStage();
    const { clientId, clientSecret } = account;
    secretsManager.put(SECRET_ID, { clientId, clientSecret, baseUrl: 'https://cloud.mongodbgov.com' });
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
  });

  it.each([undefined, 'configured'])(
    'of a secret outside of the cloud ends the request before anything is sent (%s)',
    async (configured) => {
      const { atlas, newService, organization, account, secretsManager } = await startClockedStage();
      const { clientId, clientSecret } = account;
      // The simulator itself: a request that went there would be seen.
      secretsManager.put(SECRET_ID, { clientId, clientSecret, baseUrl: atlas.url });
      const service = newService(configured ? {} : { ATLAS_BASE_URL: '' });
      expect((await tryDeletion(service, organization.id)).failure).toMatchObject({
        name: 'CredentialsInvalid',
        message: "The secret has a baseUrl that is not https on a host of MongoDB's cloud.",
      });
      expect(atlas.counts.requests).toBe(0);
    },
  );
});
