import { describe, expect, it } from 'vitest';
import { atlasError } from '../../infra/emulators/atlas/answers.ts';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import { startDesk } from './desk.ts';

const ANN = 'ann@example.com';

describe('one cancellation from a terminal', () => {
  it('prints the outcome and what Atlas told, and exits 0', async () => {
    const desk = await startDesk();
    const { invitationId } = desk.organization.invite(ANN);
    const { code, out, err } = await desk.run(['--username', ANN, '--reason', 'TICKET-1']);
    expect([code, err]).toEqual([0, '']);
    expect(out.split('\n')).toEqual([
      'cancelled',
      `  organization  ${desk.organization.id}`,
      `  username      ${ANN}`,
      `  invitation    ${invitationId}`,
      '  endpoint      invites',
      '  requests      2',
      '',
    ]);
    expect(desk.organization.all()).toEqual([]);
  });

  it.each([
    ['pending', ['--dry-run'], 'would_cancel'],
    ['accepted', ['--if-accepted', 'remove', '--dry-run'], 'would_remove'],
    ['accepted', ['--if-accepted', 'remove'], 'member_removed'],
    ['absent', [], 'already_gone'],
  ] as const)('someone %s, with %o: %s', async (person, options, outcome) => {
    const desk = await startDesk();
    if (person !== 'absent') desk.organization.invite(ANN);
    if (person === 'accepted') desk.organization.accept(ANN);
    const { code, out } = await desk.run(['--username', ANN, ...options], { ALLOW_MEMBER_REMOVAL: 'true' });
    expect([code, out.split('\n')[0]]).toEqual([0, outcome]);
  });

  it('asks by invitation and by user id too', async () => {
    const desk = await startDesk();
    const { invitationId } = desk.organization.invite(ANN);
    const { userId } = desk.organization.invite('bob@example.com');
    expect((await desk.run(['--invitation-id', invitationId, '--username', ANN])).code).toBe(0);
    expect((await desk.run(['--user-id', userId])).code).toBe(0);
    expect(desk.organization.all()).toEqual([]);
  });

  it('says where nobody could confirm it', async () => {
    const desk = await startDesk();
    const { invitationId } = desk.organization.invite(ANN);
    desk.atlas.faults.next(failures.resetAfterActing(), /DELETE/);
    const { code, out } = await desk.run(['--invitation-id', invitationId]);
    expect([code, out]).toEqual([0, expect.stringContaining('  confirmed     no: an answer was lost')]);
  });

  it('prints the name of a failure on stderr, and exits 1', async () => {
    const desk = await startDesk();
    desk.organization.addMember(ANN);
    const { code, out, err } = await desk.run(['--username', ANN]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^InvitationAccepted: a\*\*\*@example\.com is an active member/);
  });

  it('prints what Atlas said, and when another try makes sense', async () => {
    const desk = await startDesk();
    desk.atlas.faults.always(({ path }) => (path.includes('/invites') ? failures.rateLimited(300) : undefined));
    const { code, err } = await desk.run(['--username', ANN]);
    expect(code).toBe(1);
    expect(err).toMatch(/^AtlasRateLimited: /);
    expect(err).toContain('  Atlas         429 RATE_LIMITED_TOKEN_BUCKET\n  try again     in 300 s\n');
  });

  it('lets Atlas say nothing by which a terminal acts', async () => {
    const desk = await startDesk();
    desk.organization.invite(ANN);
    const said = 'nope\nline 3: cancelled\u001b]0;owned\u0007\u001b[2J\u009b2J\u2028\u202e.';
    desk.atlas.faults.always(({ method }) => (method === 'DELETE' ? atlasError(400, 'NOPE', said) : undefined));
    const { err } = await desk.run(['--username', ANN]);
    const [first, second] = err.split('\n');
    expect(first).toMatch(/^\w+: nope\?line 3: cancelled\?\]0;owned\?\?\[2J\?2J\?\?\.$/);
    expect(second).toBe('  Atlas         400 NOPE');

    const { err: verbose } = await desk.run(['--username', ANN, '--verbose']);
    const [line = ''] = verbose.split('\n');
    expect(JSON.parse(line)).toMatchObject({ detail: said });
    expect(err + verbose).not.toMatch(/(?!\n)[\p{Cc}\p{Zl}\p{Bidi_Control}]/u);
  });

  it('waits for the rate limit where that is a matter of a minute', async () => {
    const desk = await startDesk();
    desk.organization.invite(ANN);
    desk.atlas.faults.next(failures.rateLimited(55), /invites/);
    const began = desk.clock.now();
    const { code, err } = await desk.run(['--username', ANN]);
    expect([code, err]).toEqual([0, "Waiting 55 s for Atlas's rate limit.\n"]);
    expect(desk.clock.now() - began).toBe(55_000);
  });

  it('removes nobody where the environment does not allow it', async () => {
    const desk = await startDesk();
    desk.organization.addMember(ANN);
    const { code, err } = await desk.run(['--username', ANN, '--if-accepted', 'remove']);
    expect([code, err]).toEqual([1, expect.stringMatching(/^Forbidden: .*ALLOW_MEMBER_REMOVAL/)]);
    expect(desk.atlas.requests).toEqual([]);
  });

  it.each([
    ['MONGODB_ATLAS_CLIENT_SECRET', { MONGODB_ATLAS_CLIENT_SECRET: '' }],
    ['ATLAS_CANCEL_API', { ATLAS_CANCEL_API: 'both' }],
  ])('names the variable of the environment that is wrong: %s', async (variable, environment) => {
    const desk = await startDesk();
    for (const args of [
      ['--username', ANN],
      ['--file', desk.file('people.csv', `username\n${ANN}\n`)],
    ]) {
      const { code, err } = await desk.run(args, environment);
      expect([code, err]).toEqual([1, expect.stringContaining(variable)]);
    }
    expect(desk.atlas.requests).toEqual([]);
  });
});

describe('the log lines of the service', () => {
  it('are not mixed into what the operator reads', async () => {
    const desk = await startDesk();
    const { out, err } = await desk.run(['--username', ANN]);
    expect(out + err).not.toContain('{');
  });

  it('go to stderr with --verbose, without metrics, with the address hidden', async () => {
    const desk = await startDesk();
    const { err } = await desk.run(['--username', ANN, '--verbose'], { USER: 'operator' });
    const lines = err
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([
      expect.objectContaining({
        door: 'terminal',
        askedBy: 'operator',
        outcome: 'already_gone',
        username: 'a***@example.com',
      }),
    ]);
  });
});
