/**
 * Makes a fresh clone ready: checks Node.js and installs the locked dependencies if they are missing or out of date.
 * Plain JavaScript with nothing but Node.js 20, since it runs before anything is installed.
 *
 * `node infra/setup.mjs SCRIPT [ARGUMENT ...]` then runs a script with the project's own Node.js 24, which is one of the
 * dependencies (the npm package `node`). A shell can't be trusted to find that one: it remembers where `node` was before
 * the installation, and it may not pass signals on.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const onWindows = process.platform === 'win32';
const projectNode = fileURLToPath(new URL(`node_modules/node/bin/node${onWindows ? '.exe' : ''}`, root));
const OLDEST = 20;
/** The packages whose install scripts are run: each fetches or checks the executable for this machine. */
const SCRIPTED = ['node', 'esbuild'];

if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  fail(`Node.js ${OLDEST} or later is needed to install this project; this is ${process.version}.`);
}
if (!installed()) install();
const [script, ...args] = process.argv.slice(2);
if (script) run(script, args);

/** What npm wrote beside the packages it installed agrees with the lock file, package by package. */
function installed() {
  try {
    const locked = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8')).packages;
    const present = JSON.parse(readFileSync(new URL('node_modules/.package-lock.json', root), 'utf8')).packages;
    const same = Object.entries(locked).every(
      ([path, { version, optional }]) =>
        path === '' || present[path]?.version === version || (optional && !present[path]),
    );
    return same && existsSync(projectNode);
  } catch {
    return false; // Either file is missing or cut short: install.
  }
}

function install() {
  console.error('Installing the locked dependencies (once; a minute or two) ...');
  // npm before version 11 knows no `allowScripts`: no package runs a script here but the two that are named.
  npm('ci', '--ignore-scripts');
  npm('rebuild', '--ignore-scripts=false', ...SCRIPTED);
  if (!existsSync(projectNode)) fail('The installation left no Node.js 24: its package has none for this machine.');
}

function npm(...args) {
  const { error, signal, status } = spawnSync('npm', [...args, '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: onWindows,
  });
  if (error) fail(`npm could not be started: ${error.message}.`);
  if (signal) process.exit(1); // Interrupted, so whoever did it knows.
  if (status !== 0) {
    fail('The installation failed: npm says why above. For the first run the npm registry must be reachable.');
  }
}

/** Ends as the script ends, and the script ends with npm. */
function run(script, args) {
  const child = spawn(projectNode, [script, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // npm hands signals to its shell, and a shell such as dash dies of them without telling anyone.
  const shell = process.ppid;
  setInterval(() => process.ppid === shell || child.kill('SIGTERM'), 250).unref();
  child.on('error', (error) => fail(`${projectNode} could not be started: ${error.message}.`));
  child.on('exit', (code) => process.exit(code ?? 1));
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
