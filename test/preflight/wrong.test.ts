import { describe, expect, it } from 'vitest';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import { SECRET_ID, type Stage, startStage } from '../support/stage.ts';
import { check, preflightOn } from './support.ts';

describe('what is wrong is named', () => {
  const wrongs: [string, (stage: Stage) => unknown, string, string][] = [
    [
      'the secret is missing',
      ({ secretsManager }) => secretsManager.put(SECRET_ID),
      'CredentialsInvalid',
      'is missing or may not be read',
    ],
    [
      'the secret is to be deleted',
      ({ secretsManager }) => secretsManager.delete(SECRET_ID),
      'CredentialsInvalid',
      'is missing or may not be read',
    ],
    [
      'the secret has no credentials',
      ({ secretsManager }) => secretsManager.rotate(SECRET_ID, { user: 'x' }),
      'CredentialsInvalid',
      'has neither clientId and clientSecret nor publicKey and privateKey',
    ],
    [
      'Secrets Manager is failing',
      ({ secretsManager }) => secretsManager.faults.next({ status: 500 }, undefined, 9),
      'CredentialsUnavailable',
      'Secrets Manager',
    ],
    [
      "the secret is another organization's",
      ({ secretsManager, account: { clientId, clientSecret } }) =>
        secretsManager.rotate(SECRET_ID, { clientId, clientSecret, orgId: 'f'.repeat(24) }),
      'Forbidden',
      'serve another organization',
    ],
    [
      'the client secret is wrong',
      ({ secretsManager, account: { clientId } }) =>
        secretsManager.rotate(SECRET_ID, { clientId, clientSecret: `mdb_sa_sk_${'x'.repeat(40)}` }),
      'AtlasUnauthorized',
      'Invalid credentials provided.',
    ],
    [
      'the private key is wrong',
      ({ secretsManager, organization }) =>
        secretsManager.rotate(SECRET_ID, { publicKey: organization.addApiKey().publicKey, privateKey: 'xxxxxxxx' }),
      'AtlasUnauthorized',
      'You are not authorized for this resource.',
    ],
    [
      'the role may read, but not delete',
      ({ secretsManager, organization }) => {
        const { clientId, clientSecret } = organization.addServiceAccount({ roles: ['ORG_MEMBER'] });
        secretsManager.rotate(SECRET_ID, { clientId, clientSecret });
      },
      'AtlasUnauthorized',
      'Current user is not authorized to perform this action.',
    ],
    [
      "the credentials are another organization's",
      ({ secretsManager, atlas }) => {
        const { clientId, clientSecret } = atlas.addOrganization().addServiceAccount();
        secretsManager.rotate(SECRET_ID, { clientId, clientSecret });
      },
      'AtlasUnauthorized',
      'User cannot access this organization.',
    ],
    [
      'the access list lacks our address',
      ({ organization }) => {
        organization.accessList = ['198.51.100.0/24'];
      },
      'AtlasAccessListBlocked',
      'Add 203.0.113.7 to the API access list',
    ],
    [
      'the organization demands an access list, and there is none',
      ({ organization }) => {
        organization.accessList = [];
      },
      'AtlasAccessListBlocked',
      'Add 203.0.113.7 to the API access list',
    ],
    [
      'the account is suspended',
      ({ atlas }) => atlas.faults.next(failures.accountSuspended(), /orgs/),
      'AtlasUnauthorized',
      'The account is suspended.',
    ],
    [
      'the rate limit is used up',
      ({ atlas }) => atlas.faults.next(failures.rateLimited(55), /orgs/),
      'AtlasRateLimited',
      'Rate limit exceeded',
    ],
    [
      'all tokens are taken',
      ({ atlas }) => {
        atlas.settings.tokenLimits.active = 0;
      },
      'AtlasRateLimited',
      'Access Token limit reached.',
    ],
    [
      'Atlas is failing',
      ({ atlas }) =>
        atlas.faults.always(({ path }) => (path.includes('/orgs/') ? failures.emptyUnavailable() : undefined)),
      'AtlasUnavailable',
      'Atlas answered 503',
    ],
    [
      'something other than Atlas answers',
      ({ atlas }) => atlas.faults.always(() => ({ status: 200, body: '<html>Sign in</html>' })),
      'AtlasUnavailable',
      'Atlas answered 200, but',
    ],
  ];

  describe.each(['invites', 'users'] as const)('while the %s endpoint is used', (endpoint) => {
    it.each(wrongs)('%s', async (_, prepare, name, detail) => {
      const { stage, checked } = await preflightOn(
        { environment: { ATLAS_CANCEL_API: endpoint === 'users' ? 'users' : 'auto' } },
        prepare,
      );

      expect(checked.failure?.name).toBe(name);
      expect(checked.failure?.message).toContain(detail);
      expect(checked).not.toHaveProperty('result');
      expect(stage.organization.history).toEqual([]);
    });
  });

  it('the organization does not exist', async () => {
    const { service } = await startStage();

    const { failure } = await check(service, { check: true, orgId: 'f'.repeat(24) });

    expect(failure).toMatchObject({ name: 'NotFound', errorCode: 'ORG_NOT_FOUND' });
  });

  it('the deployment does not serve the organization', async () => {
    const { stage, checked } = await preflightOn({ environment: { ATLAS_ALLOWED_ORG_IDS: 'f'.repeat(24) } });

    expect(checked.failure).toMatchObject({ name: 'Forbidden' });
    expect(stage.atlas.requests).toHaveLength(0);
    expect(stage.secretsManager.requests).toHaveLength(0);
  });

  it('the deployment is to use an endpoint that has ended', async () => {
    const { checked } = await preflightOn({ environment: { ATLAS_CANCEL_API: 'invites' } }, ({ atlas }) => {
      atlas.settings.sunset = '410';
    });

    expect(checked.failure).toMatchObject({ name: 'InvitationApiSunset' });
    expect(checked.failure?.message).toContain('ATLAS_CANCEL_API');
  });

  it('the configuration is malformed', async () => {
    const { stage, checked } = await preflightOn({ environment: { ATLAS_CANCEL_API: 'invite' } });

    expect(checked.failure).toMatchObject({ name: 'InternalError' });
    expect(stage.log.line).toMatchObject({ about: { variable: 'ATLAS_CANCEL_API' } });
  });
});
