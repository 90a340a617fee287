import * as v from 'valibot';
import type { ServiceAccount } from '../atlas/service-account.ts';
import type { SecretsManager } from './secrets-manager.ts';

const Stored = v.object({ clientSecret: v.string() });

export type RotationStep = 'created' | 'tested' | 'stored' | 'deleted';

/**
 * Rotates a service account's secret as the managed external secret MongoDBAtlasServiceAccount does (AWS docs:
 * mes-partner-MongoDBAtlasServiceAccount): create a secret at Atlas, try it by minting a token, store it as AWSCURRENT,
 * delete the old one, by which all tokens minted from it die. `between` runs after each step.
 * @throws when the account has two secrets already, or the stored value is not of the managed type.
 */
export async function rotateAsAwsDoes(
  account: ServiceAccount,
  secretsManager: Pick<SecretsManager, 'current' | 'rotate'>,
  name: string,
  between: (step: RotationStep) => void | Promise<void> = () => {},
): Promise<void> {
  const old = v.parse(Stored, JSON.parse(secretsManager.current(name))).clientSecret;
  const clientSecret = account.addSecret();
  await between('created');
  const secret = account.authenticate(clientSecret);
  if (!secret) throw new Error('the new secret does not work');
  account.mint(secret);
  await between('tested');
  secretsManager.rotate(name, { clientId: account.clientId, clientSecret, orgId: account.orgId });
  await between('stored');
  account.deleteSecret(old);
  await between('deleted');
}
