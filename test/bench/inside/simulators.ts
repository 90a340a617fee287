/** The process of the simulators: apart from those that are measured, so that its work is not taken for theirs. */
import { startAtlas } from '../../../infra/emulators/atlas/atlas.ts';
import { startSecretsManager } from '../../../infra/emulators/secrets-manager/secrets-manager.ts';
import type { Message } from '../simulators.ts';

const BOUNDLESS = 1_000_000_000;

const [atlas, secretsManager] = await Promise.all([
  startAtlas({ keepRequests: 0 }),
  startSecretsManager({ keepRequests: 0 }),
]);
atlas.settings.bucket = { capacity: BOUNDLESS, refill: BOUNDLESS, seconds: 60 };
atlas.settings.tokenLimits = { active: BOUNDLESS, mintsPerMinute: BOUNDLESS, retryAfter: false };

const organizations = new Map<string, ReturnType<typeof atlas.addOrganization>>();
let invited = 0;

const calls = {
  /** A new organization whose credentials are in the secret of its id; with a token for the yardstick. */
  organization() {
    const organization = atlas.addOrganization();
    const account = organization.addServiceAccount();
    const { clientId, clientSecret } = account;
    secretsManager.put(organization.id, { clientId, clientSecret });
    organizations.set(organization.id, organization);
    const secret = account.authenticate(clientSecret);
    if (!secret) throw new Error('a new secret is not accepted');
    return { orgId: organization.id, token: account.mint(secret).value };
  },
  /** So many new people with an invitation each. */
  invite(orgId: string, count: number) {
    const organization = organizations.get(orgId);
    if (!organization) throw new Error(`no organization ${orgId}`);
    organization.history.length = 0;
    return Array.from({ length: count }, () => {
      const username = `person${++invited}@example.com`;
      return { orgId, username, ...organization.invite(username) };
    });
  },
  /** Adds so many milliseconds to every answer of both. */
  delay(milliseconds: number) {
    atlas.settings.delay = milliseconds;
    secretsManager.settings.delay = milliseconds;
  },
  counts() {
    const { requests, tokenRequests } = atlas.counts;
    return { secret: secretsManager.counts.requests, token: tokenRequests, api: requests - tokenRequests };
  },
};

export type Calls = typeof calls;

process.on('message', ({ id, name, parameters }: Message) => {
  // The names and parameters are checked where they are sent, by the type of these very functions.
  const call = calls[name] as (...given: readonly unknown[]) => unknown;
  process.send?.({ id, value: call(...parameters) });
});
process.once('disconnect', () => process.exit());
process.send?.({ id: 0, value: { atlas: atlas.url, secretsManager: secretsManager.url } });
