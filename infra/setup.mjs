/**
 * Makes a fresh clone ready: checks Node.js and installs the locked dependencies if they are missing or out of date.
 * Plain JavaScript with nothing but Node.js 20, since it runs before anything is installed.
 * The project's own Node.js 24 comes with the dependencies (the npm package `node`) and is first on the path of every
 * npm script from then on.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const OLDEST = 20;

if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  console.error(`Node.js ${OLDEST} or later is needed to install this project; this is ${process.version}.`);
  process.exit(1);
}

/** What npm wrote beside the packages it installed agrees with the lock file, package by package. */
function installed() {
  try {
    const locked = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8')).packages;
    const present = JSON.parse(readFileSync(new URL('node_modules/.package-lock.json', root), 'utf8')).packages;
    return Object.entries(locked).every(
      ([path, { version, optional }]) => path === '' || present[path]?.version === version || (optional && !present[path]),
    );
  } catch {
    return false; // Either file is missing or cut short: install.
  }
}

if (!installed()) {
  console.error('Installing the locked dependencies (once; about a minute) ...');
  const npm = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (npm.status !== 0) {
    console.error('npm ci failed: see its message above. The npm registry must be reachable for the first run.');
    process.exit(1);
  }
}
