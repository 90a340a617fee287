import { isBuiltin } from 'node:module';
import type { Plugin } from 'esbuild';

/** What esbuild puts before the names of these modules where it lists what it has bundled. */
export const BUILTIN = 'builtin';

/** All that undici asks of `node:assert`, which would load what it describes differences with: a thirtieth of a cold start. */
const ASSERT = "module.exports = (value, message = 'not so') => { if (!value) throw new Error(message); };";

/**
 * Takes Node.js's own modules by `process.getBuiltinModule`, without `import`: that reads every property of a module, and
 * some have getters that load others. `node:http` would load Node.js's copy of undici, `node:fs` its promises and with them
 * the reading of lines from a terminal, `node:process` the diagnostic reports: a fifth of the time to load the bundle, for
 * nothing. Nor does undici, which is CommonJS, need a `require` then, which an ES module doesn't have.
 */
export const builtinModules: Plugin = {
  name: 'builtin-modules',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[a-z]/ }, ({ path }) => {
      const name = `node:${path.replace(/^node:/, '')}`;
      return isBuiltin(name) ? { path: name, namespace: BUILTIN } : undefined;
    });
    onLoad({ filter: /^/, namespace: BUILTIN }, ({ path }) => ({
      contents: path === 'node:assert' ? ASSERT : `module.exports = process.getBuiltinModule('${path}');`,
    }));
  },
};
