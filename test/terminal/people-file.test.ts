import { describe, expect, it } from 'vitest';
import { readPeople } from '../../lib/terminal/people-file.ts';

const ORG = '5f0a11ce0000000000000003';
const OTHER = '5f0a11ce0000000000000004';
const DEFAULTS = { orgId: ORG, ifAccepted: undefined, reason: 'LEAVERS', dryRun: false };

describe('the file of many people', () => {
  it('takes columns in any order, with a byte order mark, quotes, blanks, CRLF and empty lines', () => {
    const text =
      '\uFEFFreason, username ,orgId\r\n"T-1, urgent",ann@example.com,\r\n\r\n,"bob@example.com" ,OTHER\r\n'.replace(
        'OTHER',
        OTHER,
      );
    expect(readPeople(text, DEFAULTS)).toEqual([
      { line: 2, cells: { orgId: ORG, username: 'ann@example.com', reason: 'T-1, urgent' }, dryRun: false },
      { line: 4, cells: { orgId: OTHER, username: 'bob@example.com', reason: 'LEAVERS' }, dryRun: false },
    ]);
  });

  it('names a row by the line on which it ends', () => {
    const rows = readPeople('username,reason\na@example.com,"two\nlines"\nb@example.com,x\n', DEFAULTS);
    expect(rows.map(({ line }) => line)).toEqual([3, 4]);
  });

  it('keeps a row of another length with what is wrong with it', () => {
    const [short, long, right] = readPeople(
      'username,reason\na@example.com\nb@example.com,x,y\nc@example.com,x\n',
      DEFAULTS,
    );
    expect(short?.refused?.message).toBe('the row has 1 cells, and the first line has 2.');
    expect(long?.refused?.message).toBe('the row has 3 cells, and the first line has 2.');
    expect(right?.refused).toBeUndefined();
  });

  it('is empty where there is a header and nothing else', () => {
    expect(readPeople('username\n', DEFAULTS)).toEqual([]);
  });

  it.each([
    ['', '--file is empty'],
    ['ann@example.com\nbob@example.com\n', '--file has an unknown column "ann@example.com"'],
    ['username;orgId\n', '--file has an unknown column "username;orgId"'],
    ['username,\x1b[31mred\n', '--file has an unknown column "?[31mred"'],
    ['username,Username\n', '--file has an unknown column "Username"'],
    ['username,reason,username\n', '--file has the column username twice'],
    ['orgId,reason\n', '--file names nobody'],
    ['username\n"ann@example.com\n', '--file is no CSV'],
    ['username\nann"@example.com\n', '--file is no CSV: see line 2'],
  ])('is refused as a whole: %j', (text, words) => {
    expect(() => readPeople(text, DEFAULTS)).toThrow(words);
  });
});
