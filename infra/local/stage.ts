import { type Atlas, startAtlas } from '../emulators/atlas/atlas.ts';
import type { Organization } from '../emulators/atlas/organization.ts';
import { type SecretsManager, startSecretsManager } from '../emulators/secrets-manager/secrets-manager.ts';

const SECRET_ID = 'atlas-uninvite/local';

/** What the functions talk to, all of it on this machine: Atlas with one organization, and its credentials in a secret. */
export interface Stage {
  readonly atlas: Atlas;
  readonly secretsManager: SecretsManager;
  readonly organization: Organization;
  /** Environment of the functions. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts the simulators on free ports. */
export async function startStage(): Promise<Stage> {
  const [atlas, secretsManager] = await Promise.all([startAtlas(), startSecretsManager()]);
  const organization = atlas.addOrganization();
  organization.addMember('owner@example.com', { owner: true });
  const { clientId, clientSecret } = organization.addServiceAccount();
  secretsManager.put(SECRET_ID, { clientId, clientSecret, orgId: organization.id });
  return {
    atlas,
    secretsManager,
    organization,
    environment: {
      ATLAS_SECRET_ID: SECRET_ID,
      ATLAS_BASE_URL: atlas.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
      AWS_REGION: 'us-east-1',
    },
    async close() {
      await Promise.all([atlas.close(), secretsManager.close()]);
    },
  };
}
