import { describe, expect, it } from 'vitest';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import { deadlineIn } from '../../lib/deadline.ts';
import type { Service } from '../../lib/service.ts';
import { manualClock } from '../support/clock.ts';
import { SECRET_ID, type Stage, type StageOptions, startStage } from '../support/stage.ts';

const NO_ID = '0'.repeat(24);

/** Runs a preflight for an organization, or for any other input. */
function check(service: Service, input: unknown) {
  const limits = { deadline: deadlineIn(29_000, service.clock), retry: { tries: 3, longestWait: 2_000 } };
  return service.check({ door: 'workflow' }, limits, () => input);
}

/** Requests to Atlas's API, each as method and path below the organization. */
function asked({ atlas, organization }: Stage): string[] {
  return atlas.requests
    .filter(({ path }) => path.startsWith('/api/atlas/'))
    .map(({ method, path }) => `${method} ${path.replace(`/api/atlas/v2/orgs/${organization.id}/`, '')}`);
}

async function preflightOn(options: StageOptions = {}, prepare: (stage: Stage) => unknown = () => {}) {
  const stage = await startStage(options);
  prepare(stage);
  return { stage, checked: await check(stage.service, { check: true, orgId: stage.organization.id }) };
}

describe('a deployment that is well', () => {
  it('is told so, with the kind of its credentials and the endpoint that lives', async () => {
    const { stage, checked } = await preflightOn();

    expect(checked.result).toEqual({
      ok: true,
      orgId: stage.organization.id,
      credentials: 'service-account',
      endpoint: 'invites',
    });
    expect(asked(stage)).toEqual([`DELETE invites/${NO_ID}`]);
  });

  it('may have an API key', async () => {
    const { checked } = await preflightOn({}, ({ organization, secretsManager }) => {
      const { publicKey, privateKey } = organization.addApiKey();
      secretsManager.rotate(SECRET_ID, { publicKey, privateKey });
    });

    expect(checked.result).toMatchObject({ ok: true, credentials: 'api-key', endpoint: 'invites' });
  });

  it.each(['invites', 'users'])('has nobody in Atlas changed through the %s endpoint', async (endpoint) => {
    const stage = await startStage({ environment: { ATLAS_CANCEL_API: endpoint } });
    stage.organization.invite('ann@example.com');
    stage.organization.addMember('bob@example.com');
    const before = stage.organization.history.length;

    await check(stage.service, { check: true, orgId: stage.organization.id });

    expect(asked(stage)).toEqual([`DELETE ${endpoint}/${NO_ID}`]);
    expect(stage.organization.history).toHaveLength(before);
    expect(stage.organization.person('ann@example.com')?.status).toBe('PENDING');
    expect(stage.organization.person('bob@example.com')?.status).toBe('ACTIVE');
  });

  it.each(['400-invitation', '404-invitation'] as const)('is known by the answer %s to one request', async (goneAs) => {
    const { stage, checked } = await preflightOn({}, ({ atlas }) => {
      atlas.settings.goneAs = goneAs;
    });

    expect(checked.result).toMatchObject({ endpoint: 'invites' });
    expect(asked(stage)).toHaveLength(1);
  });

  it('is looked at twice, where the answer may mean that the endpoint has ended', async () => {
    const { stage, checked } = await preflightOn({}, ({ atlas }) => {
      atlas.settings.goneAs = '404-resource';
    });

    expect(checked.result).toMatchObject({ endpoint: 'invites' });
    expect(asked(stage)).toEqual([`DELETE invites/${NO_ID}`, 'GET invites']);
  });

  it.each(['410', '404', '406'] as const)('goes through the users endpoint after the sunset (%s)', async (sunset) => {
    const { stage, checked } = await preflightOn({}, ({ atlas }) => {
      atlas.settings.sunset = sunset;
    });

    expect(checked.result).toMatchObject({ ok: true, endpoint: 'users' });
    expect(asked(stage).at(-1)).toBe(`DELETE users/${NO_ID}`);
  });

  it('goes through the users endpoint where the deployment says so', async () => {
    const { stage, checked } = await preflightOn({ environment: { ATLAS_CANCEL_API: 'users' } });

    expect(checked.result).toMatchObject({ ok: true, endpoint: 'users' });
    expect(asked(stage)).toEqual([`DELETE users/${NO_ID}`]);
  });

  it('is not called ill for a blip', async () => {
    const { checked } = await preflightOn({}, ({ atlas }) => {
      atlas.faults.next(failures.badGateway(), /invites/);
      atlas.faults.next(failures.resetAfterActing(), /invites/);
    });

    expect(checked.result).toMatchObject({ ok: true });
  });
});

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

describe('the input', () => {
  it.each([
    [{ check: true }, 'orgId is missing'],
    [{ check: false, orgId: NO_ID }, 'check must be true'],
    [{ check: 'true', orgId: NO_ID }, 'check must be true'],
    [{ check: true, orgId: 'acme' }, 'orgId must be 24 lower-case hexadecimal digits'],
    [{ check: true, orgId: NO_ID, username: 'ann@example.com' }, 'username is not a field of this request'],
    [{ check: true, orgId: NO_ID, dryRun: true }, 'dryRun is not a field of this request'],
  ])('%j is refused, and nothing is sent', async (input, why) => {
    const { service, atlas, secretsManager } = await startStage();

    const { failure } = await check(service, input);

    expect(failure).toMatchObject({ name: 'InvalidRequest', message: expect.stringContaining(why) });
    expect([...atlas.requests, ...secretsManager.requests]).toEqual([]);
  });
});

describe('what a warm function has in memory', () => {
  it('does not hide that the secret was deleted since', async () => {
    const { service, organization, secretsManager, atlas } = await startStage();
    const limits = { deadline: deadlineIn(29_000, service.clock), retry: { tries: 1, longestWait: 0 } };
    const cancel = () =>
      service.serve({ door: 'workflow' }, limits, () => ({ orgId: organization.id, username: 'ann@example.com' }));
    await cancel();
    secretsManager.delete(SECRET_ID);

    const { failure } = await check(service, { check: true, orgId: organization.id });

    expect(failure).toMatchObject({ name: 'CredentialsInvalid' });
    expect((await cancel()).result).toMatchObject({ outcome: 'already_gone' });
    expect(atlas.counts.tokensMinted).toBe(1);
  });

  it('is used for a minute, so that repeating a preflight does not use up the tokens', async () => {
    const clock = manualClock();
    const { service, organization, atlas } = await startStage({ clock });
    const input = { check: true, orgId: organization.id };

    for (const _ of Array(5)) await check(service, input);
    expect(atlas.counts.tokensMinted).toBe(1);

    clock.advance(60_000);
    await check(service, input);
    expect(atlas.counts.tokensMinted).toBe(2);
  });

  it('learns of the sunset from a preflight', async () => {
    const { stage } = await preflightOn({}, ({ atlas }) => {
      atlas.settings.sunset = '410';
    });
    const before = asked(stage).length;

    await check(stage.service, { check: true, orgId: stage.organization.id });

    expect(asked(stage).slice(before)).toEqual([`DELETE users/${NO_ID}`]);
  });
});

describe('what is written', () => {
  it('tells a preflight from a request, and counts it as no cancellation', async () => {
    const { stage } = await preflightOn();

    expect(stage.log.line).toMatchObject({
      level: 'INFO',
      message: 'preflight_ok',
      check: true,
      door: 'workflow',
      orgId: stage.organization.id,
      credentials: 'service-account',
      endpoint: 'invites',
      tokensMinted: 1,
    });
    expect(Object.keys(stage.log.metrics[0] ?? {})).not.toContain('InvitesApiCalls');
    expect(Object.keys(stage.log.metrics[0] ?? {})).not.toContain('AlreadyGone');
  });

  it('counts a failed one by name, apart from failed requests', async () => {
    const { stage } = await preflightOn({}, ({ secretsManager }) => secretsManager.delete(SECRET_ID));

    expect(stage.log.line).toMatchObject({ level: 'ERROR', message: 'CredentialsInvalid', check: true });
    expect(stage.log.metrics).toMatchObject([{ PreflightFailed: 1, failure: 'CredentialsInvalid' }]);
    expect(stage.log.metrics[0]).not.toHaveProperty('Failed');
  });

  it('has no credentials in it', async () => {
    const { stage } = await preflightOn();

    expect(stage.log.text).not.toContain(stage.account.clientSecret);
    expect(stage.log.text).not.toContain('Bearer');
  });
});
