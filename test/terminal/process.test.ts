import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Desk, type Ended, startDesk } from './desk.ts';

const CANCEL = fileURLToPath(new URL('../../lib/terminal/cancel.ts', import.meta.url));

/** The command as a process of its own, with nothing in its environment but what the desk has. */
function start({ environment, organization }: Desk, args: readonly string[], shell?: string): ChildProcess {
  const words = [process.execPath, CANCEL, '--org', organization.id, ...args];
  const [file = '', ...rest] = shell === undefined ? words : ['sh', '-c', `${shell}; exec "$@"`, 'sh', ...words];
  return spawn(file, rest, { env: { ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function ended(child: ChildProcess): Promise<Ended> {
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk) => (out += chunk));
  child.stderr?.on('data', (chunk) => (err += chunk));
  const [code] = await once(child, 'close');
  return { code, out, err };
}

describe('the process of npm run cancel', () => {
  it('cancels, prints, and exits', async () => {
    const desk = await startDesk();
    desk.organization.invite('ann@example.com');
    const { code, out, err } = await ended(start(desk, ['--username', 'ann@example.com']));
    expect([code, out.split('\n')[0], err]).toEqual([0, 'cancelled', '']);
  });

  it('takes the signals of one Ctrl+C for one, finishes the row under way, and exits 130', async () => {
    const desk = await startDesk();
    desk.organization.invite('ann@example.com');
    const path = desk.file('out.csv');
    const people = ['username', 'ann@example.com', ...Array.from({ length: 9 }, () => 'bob@example.com'), ''];
    const child = start(desk, ['--file', desk.file('people.csv', people.join('\n')), '--report', path]);
    const told = Promise.withResolvers<void>();
    child.stderr?.on('data', (chunk) => String(chunk).includes('Stopping') && told.resolve());
    let signalled = false;
    desk.atlas.settings.before = async ({ method }) => {
      if (method !== 'DELETE' || signalled) return;
      signalled = true;
      child.kill('SIGINT');
      child.kill('SIGINT');
      await told.promise;
      child.kill('SIGTERM');
    };
    const { code } = await ended(child);
    expect([code, signalled, desk.organization.all()]).toEqual([130, true, []]);
    expect(desk.report(path)).toHaveLength(10);
  });

  it('stops where the report can be written no further, and says so', async () => {
    const desk = await startDesk();
    const people = Array.from({ length: 60 }, (_, index) => `p${index}@example.com`);
    for (const person of people) desk.organization.invite(person);
    const file = desk.file('people.csv', ['username', ...people, ''].join('\n'));
    const { code, out, err } = await ended(
      start(desk, ['--file', file, '--report', desk.file('out.csv')], 'ulimit -f 1'),
    );
    expect(code).toBe(1);
    expect(err).toContain('The report could not be written any further (EFBIG).');
    expect(out).toMatch(/ {2}total +60\n/);
    expect(desk.organization.all().length).toBeGreaterThan(40);
  });
});
