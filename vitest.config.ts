import { defineConfig } from 'vitest/config';

/** Tests of what `npm run package` makes: it runs once, before them, and only if one of them is to run. */
const packaged = ['test/package/**/*.test.ts'];

export default defineConfig({
  test: {
    sequence: { shuffle: true },
    testTimeout: 20_000,
    hookTimeout: 30_000,
    projects: [
      { extends: true, test: { name: 'source', include: ['test/**/*.test.ts'], exclude: packaged } },
      { extends: true, test: { name: 'package', include: packaged, globalSetup: 'test/package/package-service.ts' } },
    ],
  },
});
