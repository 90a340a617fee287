import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Readable } from 'node:stream';
import { describe, it, type TestContext } from 'vitest';
import { freePorts, LOOPBACK } from '../../infra/local/ports.ts';

// Vitest sets it for its own children.
const { FORCE_COLOR: _, ...env } = process.env;

/** `npm start` in a process group of its own, as a terminal gives it. */
function npmStart({ onTestFinished }: TestContext, ...args: string[]) {
  const child = spawn('npm', ['start', '--', ...args], { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env });
  const signal = (name: NodeJS.Signals) => child.pid !== undefined && process.kill(-child.pid, name);
  onTestFinished(() => {
    if (running(child)) signal('SIGTERM');
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const ended = once(child, 'close').then(() => ({
    code: child.exitCode,
    stdout: stdout.text(),
    // npm may have something to say about this machine.
    stderr: stderr.text().replace(/^npm .*\n/gm, ''),
  }));
  return { ended, signal, said: stdout.said };
}

function running({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

function collect(stream: Readable) {
  let text = '';
  let more = Promise.withResolvers<void>();
  const wake = () => {
    more.resolve();
    more = Promise.withResolvers();
  };
  stream.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
    wake();
  });
  stream.once('end', wake);
  const said = async (wanted: RegExp): Promise<string> => {
    for (;;) {
      const found = wanted.exec(text);
      if (found) return found[1] ?? found[0];
      if (stream.readableEnded) throw new Error(`It ended without having said ${wanted}:\n${text}`);
      await more.promise;
    }
  };
  return { text: () => text, said };
}

describe.concurrent('npm start', { timeout: 60_000 }, () => {
  it('--once shows every door in a table of 100 columns, says nothing else, and ends with 0', async (test) => {
    const { expect } = test;
    const { code, stdout, stderr } = await npmStart(test, '--once').ended;

    expect(stderr).toBe('');
    const [heading = '', ...rows] = stdout.split('\n').filter((line) => /^( {2}door|[✓✗])/.test(line));
    expect(heading).toBe(
      '  door     person           asked by               answer                     before    after    req',
    );
    expect(rows.filter((row) => !row.startsWith('✓'))).toEqual([]);
    expect(new Set(rows.map((row) => row.split(' ')[1]))).toEqual(new Set(['HTTP', 'queue', 'workflow']));
    expect(stdout).toContain(`${rows.length} of ${rows.length} ended as they should:`);
    for (const line of stdout.split('\n')) {
      expect(line.length).toBeLessThanOrEqual(100);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: into a pipe goes plain text.
      expect(line).not.toMatch(/[\x00-\x1f]/);
    }
    expect(code).toBe(0);
  });

  it('stays up for the commands that it prints, and is gone after Ctrl-C', async (test) => {
    const { expect } = test;
    const { ended, signal, said } = npmStart(test, '--port', '0');
    await said(/Up until Ctrl-C/);
    const url = await said(/curl -i -X DELETE \\\n +(\S+)/);

    expect((await fetch(url, { method: 'DELETE' })).status).toBe(204);
    await said(/pat@example\.com cancelled through the invites endpoint/);
    signal('SIGINT');
    await ended;

    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('names the port that is taken, and ends with 1', async (test) => {
    const { expect, onTestFinished } = test;
    const [port] = await freePorts([0]);
    const squatter = createServer().listen(port, LOOPBACK);
    onTestFinished(() => void squatter.close());
    await once(squatter, 'listening');

    expect(await npmStart(test, '--once', '--port', `${port}`).ended).toMatchObject({
      code: 1,
      stderr: `Port ${port} is in use: stop what listens there, or choose another.\n`,
    });
  });

  it('refuses an option by its name, and ends with 1', async (test) => {
    const { expect } = test;
    expect(await npmStart(test, '--onec').ended).toMatchObject({
      code: 1,
      stderr: "Unknown option '--onec'. All options: npm start -- --help\n",
    });
  });
});
