/**
 * What the bundle has in the place of `import ... from 'node:http'`. An import reads every property of the module, and three
 * of them are getters that load Node.js's own copy of undici (`WebSocket`, `CloseEvent`, `MessageEvent`): a fifth of the
 * time to load the bundle, for nothing.
 */
module.exports = process.getBuiltinModule('node:http');
