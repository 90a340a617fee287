import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

/**
 * Takes some of Node.js's own modules as `builtin/` does, without `import`: that reads every property of a module, and these
 * have getters that load others. `node:http` would load Node.js's copy of undici, `node:fs` its promises and with them the
 * reading of lines from a terminal, `node:process` the diagnostic reports: a fifth of the time to load the bundle, for
 * nothing.
 */
export const builtinModules: Plugin = {
  name: 'builtin-modules',
  setup({ onResolve }) {
    onResolve({ filter: /^node:(fs|http|process)$/ }, ({ path }) => ({
      path: fileURLToPath(new URL(`builtin/${path.slice('node:'.length)}.cjs`, import.meta.url)),
    }));
  },
};
