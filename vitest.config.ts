import { defineConfig } from 'vitest/config';
import { ByProject } from './test/support/by-project.ts';

/** Tests of what `npm run package` makes: it runs once, before them, and only if one of them is to run. */
const packaged = ['test/package/**/*.test.ts'];
/** Tests that put another time in the place of the whole process's. */
const alone = ['test/chaos/**/*.test.ts'];

export default defineConfig({
  test: {
    sequence: { shuffle: true, sequencer: ByProject },
    maxWorkers: '100%',
    // Files share processes, and with them what they import: a third of the work was to import it for each file again.
    isolate: false,
    unstubEnvs: true,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    projects: [
      { extends: true, test: { name: 'package', include: packaged, globalSetup: 'test/package/package-service.ts' } },
      { extends: true, test: { name: 'alone', include: alone, isolate: true } },
      { extends: true, test: { name: 'source', include: ['test/**/*.test.ts'], exclude: [...packaged, ...alone] } },
    ],
  },
});
