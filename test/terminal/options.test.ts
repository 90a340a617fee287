import { describe, expect, it } from 'vitest';
import { readCommand } from '../../lib/terminal/options.ts';
import { UsageError } from '../../lib/terminal/usage-error.ts';
import { startDesk } from './desk.ts';

const ORG = '5f0a11ce0000000000000003';
const ID = '66b0f1a20000000000000011';

describe('a call that is not understood', () => {
  it.each([
    [['--username', 'a@example.com'], '--org is missing'],
    [['--org', ORG], '--username, --invitation-id, --user-id and --file'],
    [['--org', 'ABC', '--username', 'a@example.com'], '--org must be 24'],
    [['--org', ORG, '--username', 'ann'], '--username must be an e-mail address'],
    [['--org', ORG, '--username', ''], '--username must be'],
    [['--org', ORG, '--invitation-id', 'x'], '--invitation-id must be 24'],
    [['--org', ORG, '--user-id', ID.toUpperCase()], '--user-id must be 24'],
    [['--org', ORG, '--user-id', ID, '--username', 'a@example.com'], '--user-id stands alone'],
    [['--org', ORG, '--username', 'a@example.com', '--if-accepted', 'delete'], '--if-accepted must be'],
    [['--org', ORG, '--username', 'a@example.com', '--reason', 'x'.repeat(257)], '--reason must have at most'],
    [['--org', ORG, '--user', 'a@example.com'], "'--user'"],
    [['--org', ORG, '--dryrun'], "'--dryrun'"],
    [['--org', ORG, '--username'], '--username <value>'],
    [['--org', ORG, '--dry-run=yes', '--username', 'a@example.com'], '--dry-run'],
    [['--org', ORG, '--username', 'a@example.com', 'b@example.com'], 'b@example.com'],
    [
      ['--org', ORG, '--username', 'a@example.com', '--username', 'b@example.com'],
      '--username is given more than once',
    ],
    [['--org', ORG, '--username', 'a@example.com', '--report', 'out.csv'], '--report goes with --file'],
    [['--file', 'people.csv', '--username', 'a@example.com'], '--username does not go with --file'],
    [['--file', 'people.csv', '--invitation-id', ID], '--invitation-id does not go with --file'],
    [['--file', 'people.csv', '--user-id', ID], '--user-id does not go with --file'],
    [['--file', 'people.csv', '--org', 'ABC'], '--org must be 24'],
    [['--file', 'people.csv', '--if-accepted', 'delete'], '--if-accepted must be'],
  ])('%o', (args, words) => {
    expect(() => readCommand(args)).toThrow(UsageError);
    expect(() => readCommand(args)).toThrow(words);
  });

  it.each([
    [['--usernam', 'a@example.com'], "'--usernam'"],
    [['--file', 'no/such/people.csv'], "--file can't be read (ENOENT)"],
  ])('exits 2 and points to the help: %o', async (args, words) => {
    const desk = await startDesk();
    const { code, out, err } = await desk.run(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(words);
    expect(err).toContain('npm run cancel -- --help');
    expect(desk.atlas.requests).toEqual([]);
  });
});

describe.each(['--help', '-h'])('%s', (option) => {
  it('tells every option, column, variable and exit code, and wins over everything else', async () => {
    const desk = await startDesk();
    const { code, out, err } = await desk.run([option, '--username', 'nonsense']);
    expect([code, err]).toEqual([0, '']);
    for (const word of [
      ...['--org', '--username', '--invitation-id', '--user-id', '--if-accepted', '--dry-run', '--reason', '--file'],
      ...['--report', '--verbose', '--help', 'orgId, username, invitationId, userId, ifAccepted, reason'],
      ...['MONGODB_ATLAS_CLIENT_ID', 'MONGODB_ATLAS_PRIVATE_API_KEY', 'ATLAS_SECRET_ID', 'ALLOW_MEMBER_REMOVAL', '130'],
    ]) {
      expect(out).toContain(word);
    }
  });
});
