import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { unzipSync } from 'fflate';
import { packageService, projectRoot, readServicePackage } from '../../infra/local/service-package.ts';

/** A module that is measured, as one minified file. */
export interface Bundle {
  readonly file: string;
  readonly bytes: number;
}

export interface Bundles {
  /** The deployed functions by their key in serverless.yml, out of their archives. */
  readonly functions: Readonly<Record<string, Bundle>>;
  readonly straightforward: Bundle;
  readonly bare: Bundle;
  readonly empty: Bundle;
  /** Path of the bundle of a script of `inside/`. */
  script(name: string): string;
}

/** What esbuild does where nobody asks for more: CommonJS, one file, minified. */
const ORDINARY = { bundle: true, minify: true, platform: 'node', target: 'node24' } as const;
const SCRIPTS = ['simulators', 'first-answer', 'first-event', 'turns', 'trips', 'batches', 'memory', 'growth'];

/**
 * Makes everything that runs in a process of its own into plain JavaScript, so that Node.js spends nothing on stripping
 * types: our functions as `npm run package` leaves them, the yardsticks as esbuild bundles by itself.
 * @param packaged whether to take the package that is there
 */
export async function makeBundles(directory: string, packaged: boolean): Promise<Bundles> {
  const { functions } = await (packaged ? readServicePackage() : packageService());
  const source = (name: string) => fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const straightforward = join(directory, 'straightforward.cjs');
  const bare = join(directory, 'bare.cjs');
  const empty = join(directory, 'empty.mjs');
  await Promise.all([
    build({ ...ORDINARY, entryPoints: [source('straightforward')], outfile: straightforward }),
    build({ ...ORDINARY, entryPoints: [source('bare')], outfile: bare }),
    build({ ...ORDINARY, entryPoints: [source('empty')], outfile: empty, format: 'esm' }),
    build({
      ...ORDINARY,
      entryPoints: SCRIPTS.map((name) => source(`inside/${name}`)),
      outdir: join(directory, 'inside'),
      format: 'esm',
      outExtension: { '.js': '.mjs' },
    }),
  ]);
  const ours = Object.entries(functions).map(async ([key, { archive }]) => [key, await unpack(archive, directory)]);
  return {
    functions: Object.fromEntries(await Promise.all(ours)),
    straightforward: await measured(straightforward),
    bare: await measured(bare),
    empty: await measured(empty),
    script: (name) => join(directory, 'inside', `${name}.mjs`),
  };
}

async function unpack(archive: URL, directory: string): Promise<Bundle> {
  const [entry, ...others] = Object.entries(unzipSync(await readFile(archive)));
  if (!entry || others.length > 0) throw new Error(`${archive.href.slice(projectRoot.href.length)} is not one file`);
  const [name, content] = entry;
  const file = join(directory, 'functions', basename(name));
  await mkdir(join(directory, 'functions'), { recursive: true });
  await writeFile(file, content);
  return measured(file);
}

async function measured(file: string): Promise<Bundle> {
  return { file, bytes: (await stat(file)).size };
}
