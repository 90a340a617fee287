import { describe, expect, it } from 'vitest';
import { bury, receiveElsewhere, startRedrive } from './operator.ts';

const BEHIND =
  /^SQS counts about (\d+) more dead letters, .* They are behind these in their groups, and are shown once/;

/** One group, in which the second fails by another name than those around it. */
async function startGroup() {
  const { queue, run } = await startRedrive({ fifo: true });
  await bury(queue, { one: 'NotFound', two: 'Forbidden', three: 'NotFound', four: 'Forbidden' }, 'group');
  return { queue, run };
}

describe('npm run redrive, of a group of a FIFO queue', () => {
  it.each<[string[], string, string]>([
    [['--dry-run'], 'NotFound: 1 found, 0 moved\n', '3'],
    [['--dry-run', '--failure', 'Forbidden'], 'NotFound: 1 found, 0 moved\n', '3'],
    [['--failure', 'Forbidden'], 'NotFound: 1 found, 0 moved\n', '3'],
    [['--failure', 'NotFound'], 'NotFound: 1 found, 1 moved\nForbidden: 1 found, 0 moved\n', '2'],
  ])('%j says how many are behind those that it leaves', async (args, tally, missed) => {
    const { run } = await startGroup();
    const { code, out, err } = await run(args);
    expect(code).toBe(1);
    expect(out.endsWith(tally)).toBe(true);
    expect(BEHIND.exec(err)?.[1]).toBe(missed);
  });

  it('goes through all of it where nothing stays', async () => {
    const { run } = await startGroup();
    expect(await run()).toMatchObject({ code: 0, out: expect.stringContaining('NotFound: 2 found, 2 moved'), err: '' });
  });

  it('names no others where it saw none', async () => {
    const { queue, run } = await startGroup();
    await receiveElsewhere(queue);
    const { code, out, err } = await run(['--dry-run']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^SQS counts about 4 more dead letters, and did not show them\. An earlier receive hides them/);
  });

  it('is said so by --help', async () => {
    const { run } = await startRedrive();
    expect((await run(['--help'])).out).toContain('--dry-run sees ten of a group at the most');
  });
});
