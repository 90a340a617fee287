import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { runCancel } from '../../lib/terminal/command.ts';
import { SECRET_ID, type Stage, startStage } from '../support/stage.ts';

/** No region in the environment; that of EC2 is not asked for. */
function stubRegion(configFile = 'no-such-file') {
  vi.stubEnv('AWS_REGION', undefined);
  vi.stubEnv('AWS_CONFIG_FILE', configFile);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
}

/** A folder with one file. */
function folderWith(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'check-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name), text);
  return folder;
}

/** Runs `npm run cancel` with these arguments on a stage; what it prints, and its exit code. */
async function run({ environment, clock }: Stage, args: readonly string[]) {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const code = await runCancel(args, { out, err, environment, clock, onInterrupt: () => () => {} });
  out.end();
  err.end();
  return { code, out: await text(out), err: await text(err) };
}

describe('npm run cancel -- --check', () => {
  it('says that all is well, which credentials there are, and which endpoint lives', async () => {
    const stage = await startStage();
    const { id } = stage.organization;

    expect(await run(stage, ['--check', '--org', id])).toEqual({
      code: 0,
      out: `ok\n  organization  ${id}\n  credentials   service-account\n  endpoint      invites\n`,
      err: '',
    });
  });

  it('says by name what is in the way, and fails', async () => {
    const stage = await startStage();
    stage.organization.accessList = ['198.51.100.0/24'];

    const { code, out, err } = await run(stage, ['--check', '--org', stage.organization.id]);

    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^AtlasAccessListBlocked: .*Add 203\.0\.113\.7 to the API access list/);
  });

  it('names the secret that is missing', async () => {
    const stage = await startStage();
    stage.secretsManager.delete(SECRET_ID);

    const { code, err } = await run(stage, ['--check', '--org', stage.organization.id]);

    expect(code).toBe(1);
    expect(err).toMatch(/^CredentialsInvalid: /);
    expect(err).toContain(SECRET_ID);
  });

  describe('without AWS_REGION', () => {
    const FORMS = [[['--check']], [['--username', 'ann@example.com']], [['--file', 'people.csv']]];

    it.each(FORMS)('says that it is missing: %j', async (form) => {
      const stage = await startStage();
      stubRegion();
      const folder = folderWith('people.csv', 'username\nann@example.com\n');
      const environment = { ...stage.environment, INIT_CWD: folder };

      const { code, out, err } = await run({ ...stage, environment }, [...form, '--org', stage.organization.id]);

      expect(code).toBe(1);
      expect(out + err).toMatch(/^(line 2 \S+: )?CredentialsInvalid: .*: AWS_REGION is missing/);
      expect(stage.secretsManager.requests).toEqual([]);
    });

    it('takes the region of the AWS profile', async () => {
      const stage = await startStage();
      stubRegion(join(folderWith('config', '[default]\nregion = eu-west-1\n'), 'config'));

      expect(await run(stage, ['--check', '--org', stage.organization.id])).toMatchObject({ code: 0, err: '' });
    });
  });

  it('shows its log line where it is asked to', async () => {
    const stage = await startStage();

    const { err } = await run(stage, ['--check', '--org', stage.organization.id, '--verbose']);

    expect(JSON.parse(err)).toMatchObject({ check: true, door: 'terminal', message: 'preflight_ok' });
  });

  it.each([
    [[], '--org is missing.'],
    [['--org', 'acme'], '--org must be 24 lower-case hexadecimal digits.'],
    [['--org', '0'.repeat(24), '--username', 'ann@example.com'], '--username does not go with --check.'],
    [['--org', '0'.repeat(24), '--dry-run'], '--dry-run does not go with --check.'],
    [['--file', 'people.csv'], '--file does not go with --check.'],
  ])('with %j is not understood, and nothing is sent', async (args, message) => {
    const stage = await startStage();

    const { code, out, err } = await run(stage, ['--check', ...args]);

    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect([...stage.atlas.requests, ...stage.secretsManager.requests]).toEqual([]);
  });
});
