import { describe, expect, it } from 'vitest';
import { deadlineIn } from '../../lib/deadline.ts';
import { manualClock } from '../support/clock.ts';
import { SECRET_ID, startStage } from '../support/stage.ts';
import { asked, check, NO_ID, preflightOn } from './support.ts';

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
