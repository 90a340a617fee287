import { describe, expect, it } from 'vitest';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import { SECRET_ID, startStage } from '../support/stage.ts';
import { asked, check, NO_ID, preflightOn } from './support.ts';

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
