import { copyFile, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot, type ServicePackage } from './service-package.ts';

/**
 * Writes a service for serverless-offline into a directory of its own: the functions and routes of the package, with the
 * packaged archives in the place of sources. Authorizers are left out: AWS checks them before a function sees anything.
 *
 * @param environment of every function; serverless-offline takes `AWS_` variables from its own environment instead
 * @returns path of the directory; the caller removes it
 */
export async function writeOfflineService(
  { service, runtime, stage, region, functions }: ServicePackage,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  // Below node_modules the plugin is found, git and the linter don't look, and `serverless package` deletes nothing.
  const cache = fileURLToPath(new URL(`node_modules/.cache/${service}/`, projectRoot));
  await mkdir(cache, { recursive: true });
  const directory = await mkdtemp(join(cache, 'offline-'));
  const definitions = await Promise.all(
    Object.entries(functions).map(async ([key, { name, handler, timeout, memorySize, archive, routes }]) => {
      const artifact = `${key}.zip`;
      await copyFile(archive, join(directory, artifact));
      return [key, { name, handler, timeout, memorySize, package: { artifact }, events: routes.map(httpApiEvent) }];
    }),
  );
  const provider = { name: 'aws', runtime, stage, region: environment['AWS_REGION'] ?? region, environment };
  const offline = { service, provider, plugins: ['serverless-offline'], functions: Object.fromEntries(definitions) };
  await writeFile(join(directory, 'serverless.json'), JSON.stringify(offline));
  return directory;
}

function httpApiEvent<Route>(httpApi: Route): { httpApi: Route } {
  return { httpApi };
}
