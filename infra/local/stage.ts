import { type Atlas, startAtlas } from '../emulators/atlas/atlas.ts';
import type { Organization } from '../emulators/atlas/organization.ts';
import { type SecretsManager, startSecretsManager } from '../emulators/secrets-manager/secrets-manager.ts';

const SECRET_NAME = 'atlas-uninvite/local';

/** What the functions talk to, all of it on this machine. */
export interface Stage {
  readonly atlas: Atlas;
  readonly secretsManager: SecretsManager;
  /** Environment of the functions. */
  readonly environment: Readonly<Record<string, string>>;
  /** Adds an organization with an owner, and puts credentials for it into a secret of its own. */
  addOrganization(): Organization;
  close(): Promise<void>;
}

/** Starts the simulators of Atlas and Secrets Manager on free ports. */
export async function startStage(): Promise<Stage> {
  const [atlas, secretsManager] = await Promise.all([startAtlas(), startSecretsManager()]);
  return {
    atlas,
    secretsManager,
    environment: {
      ATLAS_SECRET_ID: `${SECRET_NAME}/{orgId}`,
      ATLAS_BASE_URL: atlas.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
      AWS_REGION: 'us-east-1',
    },
    addOrganization() {
      const organization = atlas.addOrganization();
      organization.addMember('owner@example.com', { owner: true });
      const { clientId, clientSecret } = organization.addServiceAccount();
      secretsManager.put(`${SECRET_NAME}/${organization.id}`, { clientId, clientSecret, orgId: organization.id });
      return organization;
    },
    async close() {
      await Promise.all([atlas.close(), secretsManager.close()]);
    },
  };
}
