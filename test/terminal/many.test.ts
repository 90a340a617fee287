import { readFileSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { atlasError } from '../../infra/emulators/atlas/answers.ts';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import { type Desk, startDesk } from './desk.ts';

/** Invites so many people, and names them in a file. */
function invite(desk: Desk, count: number): string {
  const people = Array.from({ length: count }, (_, index) => `p${index}@example.com`);
  for (const person of people) desk.organization.invite(person);
  return desk.file('people.csv', ['username', ...people, ''].join('\n'));
}

describe('many cancellations from a file', () => {
  it('serves every kind of row, names the bad ones by their line, and reports each once', async () => {
    const desk = await startDesk();
    const { organization } = desk;
    const bob = organization.invite('bob@example.com');
    const eve = organization.invite('eve@example.com');
    organization.invite('ann@example.com');
    organization.addMember('max@example.com');
    const file = desk.file(
      'people.csv',
      [
        'orgId,username,invitationId,userId,ifAccepted,reason',
        ',ann@example.com,,,,T-1',
        `,,${bob.invitationId},,,`,
        `${organization.id},,,${eve.userId},,`,
        ',max@example.com,,,,',
        ',max@example.com,,,remove,"=HYPERLINK(""http://example.com"")"',
        ',not an address,,,,',
        'short',
        '0000,joe@example.com,,,,',
        '',
      ].join('\n'),
    );
    const report = desk.file('out.csv');
    const { code, out, err } = await desk.run(['--file', file, '--report', report], { ALLOW_MEMBER_REMOVAL: 'true' });
    expect([code, err]).toEqual([1, '']);
    const rows = desk.report(report).sort((one, other) => Number(one['line']) - Number(other['line']));
    expect(rows.map(({ line, outcome, username }) => [line, outcome, username])).toEqual([
      ['2', 'cancelled', 'ann@example.com'],
      ['3', 'cancelled', ''],
      ['4', 'cancelled', 'eve@example.com'],
      ['5', 'InvitationAccepted', 'max@example.com'],
      ['6', 'member_removed', 'max@example.com'],
      ['7', 'InvalidRequest', 'not an address'],
      ['8', 'InvalidRequest', ''],
      ['9', 'InvalidRequest', 'joe@example.com'],
    ]);
    expect(out).toContain('line 8: InvalidRequest: the row has 1 cells, and the first line has 6.\n');
    expect(out).toContain('line 9: InvalidRequest: orgId must be 24 lower-case hexadecimal digits.\n');
    expect(out).toMatch(/ {2}cancelled +3\n/);
    expect(out).toMatch(/ {2}total +8\n/);
    expect(out).toMatch(/\d+ requests to Atlas, \d+ of them to the invites endpoint, which ends on 2027-07-01\.\n$/);
    expect(organization.all()).toEqual([]);
  });

  it('exits 0 where no row failed, and 0 for no row at all', async () => {
    const desk = await startDesk();
    expect((await desk.run(['--file', invite(desk, 5)])).code).toBe(0);
    expect((await desk.run(['--file', desk.file('nobody.csv', 'username\n')])).code).toBe(0);
  });

  it('changes nothing in a dry run', async () => {
    const desk = await startDesk();
    const { code, out } = await desk.run(['--file', invite(desk, 3), '--dry-run']);
    expect([code, desk.organization.all().length]).toEqual([0, 3]);
    expect(out).toMatch(/ {2}would_cancel +3\n/);
  });
});

describe('the report', () => {
  it('neutralises what a spreadsheet would take for a formula, and is for its owner only', async () => {
    const desk = await startDesk();
    const file = desk.file('people.csv', 'username,reason\n"=cmd@example.com","@SUM(1)"\n+ann@example.com,-1\n');
    const path = desk.file('out.csv');
    await desk.run(['--file', file, '--report', path]);
    const cells = desk.report(path).flatMap(({ username, reason }) => [username, reason]);
    expect(new Set(cells)).toEqual(new Set(["'=cmd@example.com", "'@SUM(1)", "'+ann@example.com", "'-1"]));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('holds no secret', async () => {
    const desk = await startDesk();
    const path = desk.file('out.csv');
    await desk.run(['--file', invite(desk, 3), '--report', path]);
    const text = readFileSync(path, 'utf8');
    expect(text).not.toContain(desk.environment['MONGODB_ATLAS_CLIENT_SECRET']);
    expect(text).not.toContain('eyJ');
  });

  it('is continued by the next run, which asks Atlas anew about every row', async () => {
    const desk = await startDesk();
    const file = invite(desk, 2);
    const path = desk.file('out.csv');
    await desk.run(['--file', file, '--report', path]);
    desk.organization.invite('p0@example.com');
    await desk.run(['--file', file, '--report', path]);
    const outcomes = desk.report(path).map(({ line, outcome }) => `${line} ${outcome}`);
    expect(outcomes.slice(0, 2).sort()).toEqual(['2 cancelled', '3 cancelled']);
    expect(outcomes.slice(2).sort()).toEqual(['2 cancelled', '3 already_gone']);
  });

  it('begins on a line of its own after a run that was cut off', async () => {
    const desk = await startDesk();
    const path = desk.file('out.csv');
    await desk.run(['--file', invite(desk, 1), '--report', path]);
    desk.file('out.csv', readFileSync(path, 'utf8').slice(0, -1));
    await desk.run(['--file', desk.file('people.csv'), '--report', path]);
    expect(desk.report(path)).toHaveLength(2);
  });

  it.each([
    ['another file', 'precious\n', 'no report of this command'],
    ['a folder', undefined, "can't be written (EISDIR)"],
  ])('is not written into %s, and nothing is cancelled', async (_, text, words) => {
    const desk = await startDesk();
    const file = invite(desk, 1);
    const path = text === undefined ? desk.file('.') : desk.file('out.csv', text);
    const { code, err } = await desk.run(['--file', file, '--report', path]);
    expect([code, err]).toEqual([2, expect.stringContaining(words)]);
    expect(desk.organization.all()).toHaveLength(1);
    if (text !== undefined) expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

describe("Atlas's rate limit", () => {
  it('is never met by a run that has the organization to itself', async () => {
    const desk = await startDesk({ rows: 150 });
    desk.atlas.settings.bucket = { capacity: 100, refill: 50, seconds: 60 };
    const began = desk.clock.now();
    const { code } = await desk.run(['--file', invite(desk, 150)]);
    expect([code, desk.atlas.counts.answered429]).toEqual([0, 0]);
    expect(desk.organization.all()).toEqual([]);
    // 300 requests, of which the full bucket has 100, and 50 come each minute.
    expect(desk.clock.now() - began).toBeLessThan(6 * 60_000);
  });

  it('is kept to by what Atlas said of it, however unusual', async () => {
    const desk = await startDesk({ rows: 60 });
    desk.atlas.settings.bucket = { capacity: 100, refill: 10, seconds: 60 };
    const { code } = await desk.run(['--file', invite(desk, 60)]);
    expect([code, desk.organization.all()]).toEqual([0, []]);
    // Once for each row that was under way when the bucket was found empty.
    expect(desk.atlas.counts.answered429).toBeLessThanOrEqual(4);
  });

  it('is waited for where others have emptied the bucket, and no row is lost', async () => {
    const desk = await startDesk({ rows: 12 });
    desk.atlas.faults.next(failures.rateLimited(55), /DELETE/, 6);
    const began = desk.clock.now();
    const { code, out, err } = await desk.run(['--file', invite(desk, 12)]);
    expect(code).toBe(0);
    expect(desk.organization.all()).toEqual([]);
    expect(out).toMatch(/ {2}total +12\n/);
    expect(err).toMatch(/^(Waiting 55 s for Atlas's rate limit\.\n)+$/);
    expect(desk.clock.now() - began).toBeGreaterThanOrEqual(55_000);
  });

  it('of the token endpoint is waited for too', async () => {
    const desk = await startDesk();
    const file = invite(desk, 4);
    desk.atlas.faults.next({ status: 429, headers: { 'Retry-After': '30' } }, /token/);
    const { code, err } = await desk.run(['--file', file]);
    expect([code, err]).toEqual([0, "Waiting 30 s for Atlas's rate limit.\n"]);
    expect(desk.organization.all()).toEqual([]);
  });
});

describe('credentials that are refused', () => {
  it('are not tried on every row: the rest is named as not attempted', async () => {
    const desk = await startDesk();
    desk.organization.accessList = ['198.51.100.0/24'];
    const path = desk.file('out.csv');
    const { code, out } = await desk.run(['--file', invite(desk, 40), '--report', path]);
    expect(code).toBe(1);
    expect(out).toMatch(/ {2}AtlasAccessListBlocked +\d\n/);
    const report = desk.report(path);
    expect(report).toHaveLength(40);
    expect(report.filter(({ outcome }) => outcome === 'NotAttempted').length).toBeGreaterThanOrEqual(33);
    expect(desk.atlas.requests.length).toBeLessThan(10);
  });

  it('for one organization leave the rows of others alone', async () => {
    const desk = await startDesk();
    const foreign = desk.atlas.addOrganization();
    desk.organization.invite('ann@example.com');
    const rows = Array.from({ length: 20 }, (_, index) => `${foreign.id},q${index}@example.com`);
    const file = desk.file(
      'people.csv',
      ['orgId,username', ...rows, `${desk.organization.id},ann@example.com`, ''].join('\n'),
    );
    const { out } = await desk.run(['--file', file]);
    expect(out).toMatch(/line 22 ann@example\.com: cancelled\n/);
  });
});

describe('Ctrl+C', () => {
  it('finishes the rows under way, reports every row, and exits 130', async () => {
    const desk = await startDesk();
    const file = invite(desk, 30);
    const path = desk.file('out.csv');
    let deletions = 0;
    desk.atlas.settings.before = ({ method }) => {
      if (method === 'DELETE') deletions += 1;
      if (deletions === 5) desk.interrupt();
    };
    const { code, err } = await desk.run(['--file', file, '--report', path]);
    expect([code, err]).toEqual([130, expect.stringContaining('Stopping')]);
    const report = desk.report(path);
    expect(report).toHaveLength(30);
    const cancelled = report.filter(({ outcome }) => outcome === 'cancelled').length;
    expect(cancelled).toBe(30 - desk.organization.all().length);
    expect(report.filter(({ outcome }) => outcome === 'NotAttempted')).toHaveLength(30 - cancelled);

    desk.atlas.settings.before = undefined;
    expect((await desk.run(['--file', file, '--report', path])).code).toBe(0);
    expect(desk.organization.all()).toEqual([]);
  });

  it('is no failure of the rows that were not begun', async () => {
    const desk = await startDesk({ interactive: true });
    desk.atlas.settings.before = () => desk.interrupt();
    const { out, err } = await desk.run(['--file', invite(desk, 9)]);
    expect(err).toContain('9/9 rows, 0 failed');
    expect(out).toMatch(/^ {2}NotAttempted +\d\n/);
  });

  it('does not wait for a rate limit', async () => {
    const desk = await startDesk({ rows: 8 });
    desk.atlas.faults.always(({ path }) => (path.includes('/invites') ? failures.rateLimited(3_600) : undefined));
    desk.atlas.settings.after = () => {
      if (desk.atlas.counts.answered429 >= 3) desk.interrupt();
    };
    const began = desk.clock.now();
    const { code } = await desk.run(['--file', invite(desk, 8)]);
    expect(code).toBe(130);
    expect(desk.clock.now() - began).toBeLessThan(60_000);
  });
});

describe('a row that was begun', () => {
  it('ends by its own failure and with what it cost where it is stopped before it is done', async () => {
    const desk = await startDesk();
    const { organization, atlas } = desk;
    organization.invite('ann@example.com');
    organization.invite('ann@example.com');
    const path = desk.file('out.csv');
    let deletions = 0;
    atlas.faults.always(({ method }) => {
      if (method !== 'DELETE') return undefined;
      deletions += 1;
      return deletions === 1 ? undefined : failures.rateLimited(55);
    });
    atlas.settings.after = () => {
      if (deletions === 2) desk.interrupt();
    };
    const file = desk.file('people.csv', 'username\nann@example.com\n');
    const { code, out } = await desk.run(['--file', file, '--report', path]);
    expect(code).toBe(130);
    expect(organization.all()).toHaveLength(1);
    expect(out).toMatch(/^line 2 ann@example\.com: AtlasRateLimited: /);
    expect(out).toContain('\n3 requests to Atlas, ');
    expect(desk.report(path)).toMatchObject([
      {
        outcome: 'AtlasRateLimited',
        requests: '3',
        detail: expect.stringContaining('Rate limit'),
      },
    ]);
  });
});

describe('what Atlas says', () => {
  const SAID = 'nope\nline 3 bob@example.com: cancelled\u001b]0;owned\u0007\u001b[2J\u009b2J\u2028\u202e.';
  const PRINTED = 'nope?line 3 b***@example.com: cancelled?]0;owned??[2J?2J??.';

  it.each([false, true])('makes no line of its own and moves no cursor (somebody looks: %s)', async (interactive) => {
    const desk = await startDesk({ interactive });
    desk.atlas.faults.always(({ method }) => (method === 'DELETE' ? atlasError(400, 'NOPE', SAID) : undefined));
    const path = desk.file('out.csv');
    const { out } = await desk.run(['--file', invite(desk, 1), '--report', path]);
    const [line = '', next] = out.split('\n');
    expect(line.replace(/: \w+: /, ': ')).toBe(`line 2 p0@example.com: ${PRINTED}`);
    expect(next).toMatch(/^ {2}\w+ +1$/);
    expect(desk.report(path)).toMatchObject([{ line: '2', detail: PRINTED }]);
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(3);
  });
});

describe('a relative path', () => {
  it('begins in the folder in which npm was called', async () => {
    const desk = await startDesk();
    invite(desk, 1);
    const { code } = await desk.run(['--file', 'people.csv', '--report', './out.csv'], { INIT_CWD: desk.file('') });
    expect(code).toBe(0);
    expect(desk.report(desk.file('out.csv'))).toMatchObject([{ outcome: 'cancelled' }]);
  });

  it.each([undefined, ''])('begins in the folder of the process where npm has not told (%j)', async (INIT_CWD) => {
    const desk = await startDesk();
    const file = relative(process.cwd(), invite(desk, 1));
    expect(await desk.run(['--file', file], { INIT_CWD })).toMatchObject({ code: 0 });
  });
});

describe('progress', () => {
  it('is a bar where somebody looks at it, and the failed rows after it', async () => {
    const desk = await startDesk({ interactive: true });
    const file = invite(desk, 30);
    for (let index = 0; index < 25; index += 1) desk.organization.accept(`p${index}@example.com`);
    const { out, err } = await desk.run(['--file', file]);
    expect(err).toContain('30/30 rows, 25 failed');
    expect(out).not.toContain('cancelled\n');
    expect(out.match(/^line \d+ p\d+@example\.com: InvitationAccepted/gm)).toHaveLength(20);
    expect(out).toMatch(/\n\.\.\. and 5 more\n {2}InvitationAccepted +25\n {2}cancelled +5\n/);
  });

  it('is a plain line for each row in a pipe, without a control character', async () => {
    const desk = await startDesk();
    const { out, err } = await desk.run(['--file', invite(desk, 3)]);
    expect(out.split('\n').slice(0, 3).sort()).toEqual([
      'line 2 p0@example.com: cancelled',
      'line 3 p1@example.com: cancelled',
      'line 4 p2@example.com: cancelled',
    ]);
    expect(out + err).not.toContain('\x1b');
  });
});
