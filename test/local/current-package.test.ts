import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { isCurrent } from '../../infra/local/current-package.ts';

const NOON = Date.parse('2020-11-23T12:00:00Z') / 1000;
const [EARLIER, LATER] = [NOON - 60, NOON + 60];

/** A project that was packaged at noon, from sources of an earlier time. */
async function packaged() {
  const root = await mkdtemp(join(tmpdir(), 'packaged-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const change = async (path: string, at: number) => utimes(join(root, path), at, at);
  await mkdir(join(root, 'lib/atlas'), { recursive: true });
  await mkdir(join(root, '.serverless'));
  await writeFile(join(root, 'lib/atlas/judge.ts'), '');
  await writeFile(join(root, 'serverless.yml'), '');
  await writeFile(join(root, '.serverless/serverless-state.json'), '');
  await change('.serverless/serverless-state.json', NOON);
  for (const path of ['lib/atlas/judge.ts', 'lib/atlas', 'lib', 'serverless.yml']) await change(path, EARLIER);
  return { root, change, current: () => isCurrent(root, ['lib', 'serverless.yml']) };
}

it('is used again while nothing has changed', async () => {
  expect((await packaged()).current()).toBe(true);
});

it.each(['serverless.yml', 'lib/atlas/judge.ts', 'lib/atlas'])('is made anew after a change of %s', async (path) => {
  const { change, current } = await packaged();

  await change(path, LATER);

  expect(current()).toBe(false);
});

it('is made anew after a file was deleted', async () => {
  const { root, current } = await packaged();

  await rm(join(root, 'lib/atlas/judge.ts'));

  expect(current()).toBe(false);
});

it('is made where there is none, or none that is whole', async () => {
  const { root, current } = await packaged();

  await rm(join(root, '.serverless/serverless-state.json'));

  expect(current()).toBe(false);
});
