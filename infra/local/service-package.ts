import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as v from 'valibot';

/** The root of the project, where serverless.yml is. */
export const projectRoot: URL = new URL('../../', import.meta.url);

/** The script of osls, which is installed under the name that its plugins ask for. */
export const serverlessScript: string = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');

const Route = v.object({ method: v.string(), path: v.string() });

/** What osls writes beside the template: the service as it was packaged, with every variable resolved. */
const ServiceState = v.object({
  service: v.object({
    service: v.string(),
    provider: v.object({ runtime: v.string(), stage: v.string(), region: v.string() }),
    functions: v.record(
      v.string(),
      v.object({
        name: v.string(),
        handler: v.string(),
        timeout: v.number(),
        memorySize: v.number(),
        package: v.object({ artifact: v.string() }),
        events: v.array(v.object({ httpApi: v.optional(Route) })),
      }),
    ),
  }),
});

/** One function of the package. */
export interface PackagedFunction {
  /** Its name in Lambda, for example `atlas-uninvite-dev-http`. */
  readonly name: string;
  /** File and export within the archive, for example `functions/http.handler`. */
  readonly handler: string;
  /** In seconds. */
  readonly timeout: number;
  /** In megabytes. */
  readonly memorySize: number;
  /** The zip archive that Lambda would get. */
  readonly archive: URL;
  readonly routes: readonly v.InferOutput<typeof Route>[];
}

/** What `npm run package` has left in `.serverless/`. */
export interface ServicePackage {
  readonly service: string;
  readonly runtime: string;
  readonly stage: string;
  readonly region: string;
  /** By the key in serverless.yml. */
  readonly functions: Readonly<Record<string, PackagedFunction>>;
}

/**
 * Bundles the functions and compiles the CloudFormation template into `.serverless/`, as `npm run package` does; needs
 * neither account nor network. Never run two at once in one checkout: they share `.serverless/` and `.esbuild/`.
 *
 * @throws {Error} with what osls printed, if it fails
 */
export async function packageService(): Promise<ServicePackage> {
  try {
    await promisify(execFile)(process.execPath, [serverlessScript, 'package'], { cwd: fileURLToPath(projectRoot) });
  } catch (error) {
    const { stdout, stderr } = v.parse(v.object({ stdout: v.string(), stderr: v.string() }), error);
    throw new Error(`serverless package failed:\n${stdout}${stderr}`, { cause: error });
  }
  return readServicePackage();
}

/**
 * Reads the package that is there.
 *
 * @throws {Error} if there is none, or osls writes it in another shape than this project knows
 */
export async function readServicePackage(): Promise<ServicePackage> {
  const state = await readFile(new URL('.serverless/serverless-state.json', projectRoot), 'utf8');
  const { service, provider, functions } = v.parse(ServiceState, JSON.parse(state)).service;
  return {
    service,
    ...provider,
    functions: Object.fromEntries(
      Object.entries(functions).map(
        ([
          key,
          {
            package: { artifact },
            events,
            ...definition
          },
        ]) => [
          key,
          {
            ...definition,
            archive: new URL(artifact, projectRoot),
            routes: events.flatMap(({ httpApi }) => httpApi ?? []),
          },
        ],
      ),
    ),
  };
}

/**
 * A function of the package, by its key in serverless.yml.
 *
 * @throws {Error} if the package has none of that key
 */
export function packagedFunction({ functions }: ServicePackage, key: string): PackagedFunction {
  const found = functions[key];
  if (!found) throw new Error(`The package has no function '${key}'.`);
  return found;
}
