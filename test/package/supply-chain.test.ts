import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { projectRoot, readServicePackage } from '../../infra/local/service-package.ts';

const Versions = v.record(v.string(), v.string());
const PackageJson = v.object({
  dependencies: Versions,
  devDependencies: Versions,
  allowScripts: v.record(v.string(), v.boolean()),
});
const LockFile = v.object({
  packages: v.record(
    v.string(),
    v.looseObject({
      version: v.optional(v.string()),
      integrity: v.optional(v.string()),
      dev: v.optional(v.boolean(), false),
      hasInstallScript: v.optional(v.boolean(), false),
    }),
  ),
});
const BillOfMaterials = v.object({
  bomFormat: v.literal('CycloneDX'),
  components: v.array(
    v.object({
      group: v.optional(v.string()),
      name: v.string(),
      version: v.string(),
      purl: v.string(),
      licenses: v.array(v.object({ license: v.object({ id: v.string() }) })),
    }),
  ),
});

async function read<Schema extends v.GenericSchema>(file: string, schema: Schema): Promise<v.InferOutput<Schema>> {
  return v.parse(schema, JSON.parse(await readFile(new URL(file, projectRoot), 'utf8')));
}

const { dependencies, devDependencies, allowScripts } = await read('package.json', PackageJson);
const lockFile = await read('package-lock.json', LockFile);
const locked = Object.entries(lockFile.packages).filter(([path]) => path !== '');

describe('what is installed', () => {
  it.each(Object.entries({ ...dependencies, ...devDependencies }))(
    '%s is wanted in one version only: %s',
    (_, wanted) => {
      expect(wanted).toMatch(/^(npm:[\w@/-]+@)?\d+\.\d+\.\d+$/);
    },
  );

  it('is held to its checksum, wherever it is downloaded from', () => {
    const without = locked.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'));
    expect(without.map(([path]) => path)).toEqual([]);
  });

  it('comes from the registry that npm is set to: the lock file names no host', () => {
    for (const [path, entry] of locked) expect(entry, path).not.toHaveProperty('resolved');
  });

  it('runs no install script unless package.json allows it by name, and each one is decided on', () => {
    const names = locked
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
    expect(Object.keys(allowScripts)).toEqual(expect.arrayContaining(names));
    expect(Object.entries(allowScripts).filter(([, allowed]) => allowed)).toEqual([
      ['node', true],
      ['esbuild', true],
    ]);
  });

  it('runs no other with an npm that does not read package.json for it', async () => {
    expect(await readFile(new URL('.npmrc', projectRoot), 'utf8')).toMatch(/^ignore-scripts=true$/m);
    const setup = await readFile(new URL('infra/setup.mjs', projectRoot), 'utf8');
    expect(setup).toContain("npm('ci', '--ignore-scripts');");
    expect(setup).toContain("const SCRIPTED = ['node', 'esbuild'];");
  });
});

const { functions } = await readServicePackage();
const shipped = await Promise.all(
  Object.keys(functions).map(async (key) => {
    const { components } = await read(`.serverless/${key}.cdx.json`, BillOfMaterials);
    return [
      key,
      components.map(({ group, name, ...rest }) => ({ name: group ? `${group}/${name}` : name, ...rest })),
    ] as const;
  }),
);

describe.each(shipped)('the bill of materials of the function %s', (_, components) => {
  it('lists the libraries that do its work', () => {
    expect(components.map(({ name }) => name)).toEqual(expect.arrayContaining(['undici', 'valibot']));
  });

  it('has each package as it is locked, and no tool of development', () => {
    for (const { name, version } of components) {
      const here = locked.filter(([path, entry]) => path.endsWith(`node_modules/${name}`) && entry.version === version);
      expect(
        here.map(([, { dev }]) => dev),
        `${name} ${version}`,
      ).toContain(false);
    }
  });

  it('has only packages under licences that ask for no more than their notice', () => {
    const licences = components.flatMap(({ licenses }) => licenses.map(({ license }) => license.id));
    expect(new Set(licences)).toEqual(new Set(['Apache-2.0', 'MIT']));
  });
});

it('ships every library that package.json calls a dependency', () => {
  const names = new Set(shipped.flatMap(([, components]) => components.map(({ name }) => name)));
  expect(Object.keys(dependencies).filter((name) => !names.has(name))).toEqual([]);
});
