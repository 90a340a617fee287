import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { describe, expect, it, onTestFinished } from 'vitest';
import { projectRoot, readServicePackage } from '../../infra/local/service-package.ts';

const { functions } = await readServicePackage();
/** What getters of `node:http`, `node:fs`, `node:process` and `node:module` would load, `node:assert`, and a name of the global scope. */
const NOT_USED = [
  'internal/deps/undici/undici',
  'internal/fs/promises',
  'internal/fs/streams',
  'internal/process/report',
  'internal/source_map/source_map',
  'internal/assert/assertion_error',
  'internal/perf/performance',
];

it('gives undici all that it asserts by: it calls assert(), and nothing of it', async () => {
  const undici = new URL('node_modules/undici/lib/', projectRoot);
  const files = globSync('{core,dispatcher,llhttp,util}/*.js', { cwd: undici });
  expect(files).toContain('core/request.js');
  const sources = await Promise.all(files.map((file) => readFile(new URL(file, undici), 'utf8')));
  expect(sources.flatMap((source) => source.match(/\bassert\.\w+/g) ?? [])).toEqual([]);
});

it('packages each function on its own', () => {
  expect(Object.keys(functions)).toEqual(['http', 'queue', 'workflow']);
});

describe.each(Object.entries(functions))('the archive of the function %s', (key, { archive, handler }) => {
  const bundle = `functions/${key}.mjs`;
  const unzip = async () => unzipSync(await readFile(archive));

  it('holds one file and nothing else', async () => {
    expect(Object.keys(await unzip())).toEqual([bundle]);
    expect(handler).toBe(`functions/${key}.handler`);
  });

  it('is small, since a cold start reads and compiles all of it', async () => {
    expect((await unzip())[bundle]?.byteLength).toBeLessThanOrEqual(450_000);
  });

  it('is loaded by Node.js 24 alone, without node_modules, and exports the handler', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'bundle-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const file = join(directory, 'bundle.mjs');
    await writeFile(file, (await unzip())[bundle] ?? '');

    // A file of its own: with --eval alone, Node.js gives the code a require() that Lambda doesn't have.
    const probe = join(directory, 'probe.mjs');
    await writeFile(probe, `console.log(process.version, typeof (await import('./bundle.mjs')).handler);`);
    const { stdout } = await promisify(execFile)(process.execPath, [probe], { env: {} });

    expect(stdout).toMatch(/^v24\.\S+ function\n$/);
  });

  it('makes Node.js load nothing of its own that is not used', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'bundle-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    await writeFile(join(directory, 'bundle.mjs'), (await unzip())[bundle] ?? '');
    const probe = join(directory, 'probe.mjs');
    await writeFile(probe, `await import('./bundle.mjs'); console.log(process.moduleLoadList.join('\\n'));`);
    const { stdout } = await promisify(execFile)(process.execPath, [probe], { env: {} });
    const loaded = stdout.split('\n').map((line) => line.replace('NativeModule ', ''));

    expect(loaded).toContain('_http_client');
    for (const module of NOT_USED) expect(loaded).not.toContain(module);
  });
});
