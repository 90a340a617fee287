/**
 * Mutation testing with Stryker: changes what decides, one mutant at a time, and counts which of them the tests notice.
 * Without names all rooms, about an hour on one core; `npm run test:mutation -- failures queue` only these. Under 90 % in
 * any room the run fails. What survives, and why, is in SURVIVORS.md.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ROOMS } from './rooms.ts';
import { readScores, table } from './scores.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const stryker = `${root}node_modules/@stryker-mutator/core/bin/stryker.js`;
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(ROOMS, name));
if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}, but ${Object.keys(ROOMS).join(', ')}`);

const scores = (asked.length > 0 ? asked : Object.keys(ROOMS)).flatMap((name) => {
  const report = `${root}reports/mutation/${name}.json`;
  rmSync(report, { force: true });
  const { status } = spawnSync(process.execPath, [stryker, 'run', 'test/mutation/stryker.config.mjs'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, MUTATED_ROOM: name },
  });
  if (status !== 0) process.exitCode = 1;
  return existsSync(report) ? readScores(report) : [];
});
console.log(`\n${table(scores)}`);
