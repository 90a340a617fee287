import { basename } from 'node:path';
import { cyclonedxEsbuildPlugin } from '@cyclonedx/cyclonedx-esbuild';
import type { BuildResult, Metafile, Plugin, PluginBuild } from 'esbuild';
import { BUILTIN } from './builtin-modules.ts';

/**
 * Writes a CycloneDX bill of materials beside each archive: the packages that are in the bundle, after tree shaking, with
 * their licences and the texts of them. serverless-esbuild builds each function by itself, with the same plugins, so the
 * name comes from the entry point; it collects the archives in `.serverless` beside its build directory, and copies that
 * folder to the service's own.
 */
function setup(build: PluginBuild): void | Promise<void> {
  const { entryPoints } = build.initialOptions;
  const [entry] = Array.isArray(entryPoints) ? entryPoints : [];
  if (typeof entry !== 'string') throw new Error('A bill of materials needs an entry point to be named after.');
  const outputFile = `../../.serverless/${basename(entry, '.ts')}.cdx.json`;
  const options = { outputFile, gatherLicenseTexts: true, outputReproducible: true, validate: true } as const;
  return cyclonedxEsbuildPlugin({ ...options, logLevel: 'silent' }).setup({
    ...build,
    // A build that failed has no metafile, and its own errors say more than the lack of one.
    onEnd: (callback) => build.onEnd((result) => (result.errors.length > 0 ? undefined : callback(ofPackages(result)))),
  });
}

/** Without the modules that are Node.js's own: they are in no package and not in the bundle. */
function ofPackages(result: BuildResult): BuildResult {
  const { metafile } = result;
  if (!metafile) return result;
  const outputs = Object.entries(metafile.outputs).map(([file, output]): [string, Metafile['outputs'][string]] => {
    const inputs = Object.entries(output.inputs).filter(([path]) => !path.startsWith(`${BUILTIN}:`));
    return [file, { ...output, inputs: Object.fromEntries(inputs) }];
  });
  return { ...result, metafile: { ...metafile, outputs: Object.fromEntries(outputs) } };
}

export const billOfMaterials: Plugin = { name: 'bill-of-materials', setup };
