import { roomOf } from './rooms.ts';

const { name, mutate } = roomOf(process.env);

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate,
  // Stryker rewrites it with the compiler's API, which TypeScript 7 does not have; nothing here extends or includes files
  // from outside, and the tests don't read it.
  tsconfigFile: 'no-tsconfig.json',
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  concurrency: 1,
  timeoutMS: 10_000,
  ignorePatterns: ['.serverless', '.esbuild', 'reports'],
  reporters: ['clear-text', 'progress-append-only', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: `reports/mutation/${name}.json` },
  warnings: { slow: false },
  thresholds: { high: 95, low: 90, break: 90 },
};
