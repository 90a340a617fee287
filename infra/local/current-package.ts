import { readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageService, projectRoot, readServicePackage, type ServicePackage } from './service-package.ts';

/** What osls writes last: where it is there, the package is whole. */
const STATE = '.serverless/serverless-state.json';

/** All that the package is made from. The last is npm's own note of what is installed. */
const SOURCES = [
  'functions',
  'lib',
  'infra/stack',
  'infra/bundle',
  'serverless.yml',
  'package.json',
  'tsconfig.json',
  'node_modules/.package-lock.json',
];

/**
 * The package of the sources as they are now: the one that is there if nothing has changed since, else a new one.
 *
 * @param packaging called before a new one is made, which takes seconds
 * @throws {Error} with what osls printed, if it fails
 */
export async function currentPackage(packaging: () => void): Promise<ServicePackage> {
  const root = fileURLToPath(projectRoot);
  if (isCurrent(root, SOURCES)) return readServicePackage();
  packaging();
  const begun = new Date();
  const made = await packageService();
  // What is changed while it is made must count as changed since.
  utimesSync(join(root, STATE), begun, begun);
  return made;
}

/** Whether the package below a directory is newer than the sources there. */
export function isCurrent(root: string, sources: readonly string[]): boolean {
  const made = statSync(join(root, STATE), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return sources.every((source) => lastChange(join(root, source)) < made);
}

/** When a file, or anything in a directory, was last changed; a directory changes with what is deleted from it. */
function lastChange(path: string): number {
  const entry = statSync(path);
  const inside = entry.isDirectory() ? readdirSync(path) : [];
  return Math.max(entry.mtimeMs, ...inside.map((name) => lastChange(join(path, name))));
}
