import type { Measure } from '../row.ts';

const KB = 1_000;

/** What a cold start reads and compiles. */
export const size: Measure = async ({ bundles: { functions, straightforward } }) =>
  Object.entries(functions).map(([key, { bytes }]) => ({
    what: `size of functions/${key}`,
    how: 'minified bundle',
    measurements: [
      { name: 'ours', value: bytes / KB, unit: 'kB' },
      { name: 'straightforward', value: straightforward.bytes / KB, unit: 'kB' },
    ],
    figure: { value: bytes / KB, unit: 'kB' },
    wanted: { bound: 'at most', value: 450 },
  }));
