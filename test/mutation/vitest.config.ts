import { matchesGlob, relative } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { roomOf } from './rooms.ts';

const root = `${import.meta.dirname}/../..`;
const { tests } = roomOf(process.env);

/** Files in the order of the room's list, since the first test that fails ends the trial of a mutant. */
class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) =>
      tests.findIndex((pattern) => matchesGlob(relative(root, moduleId), pattern));
    return files.toSorted((one, other) => place(one) - place(other));
  }
}

export default defineConfig({
  test: {
    root,
    include: [...tests],
    sequence: { sequencer: InOrder },
    isolate: false,
    unstubEnvs: true,
    testTimeout: 10_000,
    hookTimeout: 10_000,
  },
});
