import manifest from '../package.json' with { type: 'json' };

/** Who we are to Atlas: product and version (RFC 9110 section 10.1.5). */
export const USER_AGENT = `${manifest.name}/${manifest.version}`;
