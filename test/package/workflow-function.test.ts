import { describe, expect, it, onTestFinished } from 'vitest';
import { startAtlas } from '../../infra/emulators/atlas/atlas.ts';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import { startSecretsManager } from '../../infra/emulators/secrets-manager/secrets-manager.ts';
import { startLambdaFunction } from '../../infra/local/lambda-function.ts';
import { readServicePackage } from '../../infra/local/service-package.ts';
import { runStateMachine } from '../../infra/local/workflow.ts';

const { functions } = await readServicePackage();
const SECRET_ID = 'atlas/credentials';

/** The packaged function in a thread of its own, and what it talks to. */
async function start() {
  const [atlas, secretsManager] = await Promise.all([startAtlas(), startSecretsManager()]);
  onTestFinished(async () => void (await Promise.all([atlas.close(), secretsManager.close()])));
  const organization = atlas.addOrganization();
  const { clientId, clientSecret } = organization.addServiceAccount();
  secretsManager.put(SECRET_ID, { clientId, clientSecret });

  if (!functions['workflow']) throw new Error('the package has no such function');
  const logged: string[] = [];
  const { invoke, stop } = await startLambdaFunction(functions['workflow'], {
    environment: {
      ATLAS_SECRET_ID: SECRET_ID,
      ATLAS_BASE_URL: atlas.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
      AWS_REGION: 'us-east-1',
    },
    log: (line) => logged.push(line),
  });
  onTestFinished(stop);
  return { atlas, secretsManager, organization, invoke, logged };
}

describe('the packaged workflow function', () => {
  it('keeps the names of its failures, which a minifier would take from classes', async () => {
    const { atlas, secretsManager, organization, invoke } = await start();
    const request = { orgId: organization.id, username: 'ann@example.com' };
    const named = async (input: unknown) => {
      const invocation = await invoke(input);
      return 'error' in invocation ? invocation.error.errorType : undefined;
    };

    organization.invite('ann@example.com');
    organization.accept('ann@example.com');
    expect(await named(request)).toBe('InvitationAccepted');
    expect(await named({ ...request, dryrun: true })).toBe('InvalidRequest');
    expect(await named({ ...request, orgId: 'f'.repeat(24) })).toBe('NotFound');
    expect(await named({ ...request, ifAccepted: 'remove' })).toBe('Forbidden');
    expect(await named({ orgId: organization.id, invitationId: 'f'.repeat(24) })).toBe('InvitationNotFound');
    atlas.faults.next(failures.rateLimited(55), /invites/);
    expect(await named(request)).toBe('AtlasRateLimited');
    secretsManager.delete(SECRET_ID);
    expect(await named({ check: true, orgId: organization.id })).toBe('CredentialsInvalid');
  });

  it('serves the state machine: a pending, an accepted and an unknown person, and a rate limit', async () => {
    const { atlas, organization, invoke, logged } = await start();
    organization.invite('ann@example.com');
    organization.invite('bob@example.com');
    organization.accept('bob@example.com');
    organization.invite('cat@example.com');
    const outcomeOf = async (username: string) => {
      const input = { username, orgIds: [organization.id] };
      const { output } = await runStateMachine('cancellation', input, { invoke, skipWaits: true });
      return (output as { reports: { outcome: string }[] }).reports[0]?.outcome;
    };

    expect(await outcomeOf('ann@example.com')).toBe('cancelled');
    expect(await outcomeOf('bob@example.com')).toBe('InvitationAccepted');
    expect(await outcomeOf('dan@example.com')).toBe('already_gone');
    atlas.faults.next(failures.rateLimited(55), /invites/);
    expect(await outcomeOf('cat@example.com')).toBe('cancelled');

    expect(organization.person('bob@example.com')?.status).toBe('ACTIVE');
    expect(logged.length).toBeGreaterThan(0);
    expect(logged.join()).not.toContain('bob@');
    for (const line of logged) expect(() => JSON.parse(line)).not.toThrow();
  });
});
