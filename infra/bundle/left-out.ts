import type { Plugin } from 'esbuild';

/**
 * Files that come with what is used and are never reached: undici's HTTP/2 client, its second copy of the HTTP parser, for
 * processors without SIMD, and its request bodies other than text and bytes; the event streams that the AWS SDK loads for
 * services which have them. A quarter of the bundle, and a tenth of the time to load it.
 */
const NEVER_REACHED =
  /[\\/](undici[\\/]lib[\\/](dispatcher[\\/]client-h2|llhttp[\\/]llhttp-wasm|web[\\/]fetch[\\/](body|formdata)|web[\\/]webidl[\\/]index)|@smithy[\\/]core[\\/]dist-es[\\/]submodules[\\/]event-streams[\\/]index)\.js$/;

/**
 * The AWS SDK's reading of `~/.aws/config` and `~/.aws/credentials`, which a function on Lambda doesn't have. To find that
 * out takes a twentieth of the time to load the bundle; the environment is what counts there.
 */
const CONFIG_FILES =
  /[\\/]@smithy[\\/]core[\\/]dist-es[\\/]submodules[\\/]config[\\/]shared-ini-file-loader[\\/]loadSharedConfigFiles\.js$/;
const NO_CONFIG_FILES = `
export { CONFIG_PREFIX_SEPARATOR } from './constants';
export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });
`;

/** Bundles the former as empty files, and the latter as if there were none. */
export const leftOut: Plugin = {
  name: 'left-out',
  setup({ onLoad }) {
    onLoad({ filter: NEVER_REACHED }, () => ({ contents: '', loader: 'js' }));
    onLoad({ filter: CONFIG_FILES }, () => ({ contents: NO_CONFIG_FILES, loader: 'js' }));
  },
};
