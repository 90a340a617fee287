import type { Plugin } from 'esbuild';

/**
 * Files that come with what is used and are never reached: undici's HTTP/2 client, its second copy of the HTTP parser, for
 * processors without SIMD, and its request bodies other than text and bytes; the event streams that the AWS SDK loads for
 * services which have them. A fifth of the bundle, and a tenth of the time to load it.
 */
const NEVER_REACHED =
  /[\\/](undici[\\/]lib[\\/](dispatcher[\\/]client-h2|llhttp[\\/]llhttp-wasm|web[\\/]fetch[\\/]body)|@smithy[\\/]core[\\/]dist-es[\\/]submodules[\\/]event-streams[\\/]index)\.js$/;

/** Bundles those files as empty ones. */
export const leftOut: Plugin = {
  name: 'left-out',
  setup({ onLoad }) {
    onLoad({ filter: NEVER_REACHED }, () => ({ contents: '', loader: 'js' }));
  },
};
