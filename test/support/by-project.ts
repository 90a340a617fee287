import { createHash } from 'node:crypto';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The order of the test files: project by project, as the configuration lists them, and within each at random. A worker
 * serves one project only, so files that come mixed would each want a new worker, which imports everything again.
 */
export class ByProject extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { seed } = this.ctx.config.sequence;
    const projects = this.ctx.projects.map(({ name }) => name);
    const chance = (moduleId: string) => createHash('sha256').update(`${seed} ${moduleId}`).digest('hex');
    return files
      .map((file) => ({ file, project: projects.indexOf(file.project.name), chance: chance(file.moduleId) }))
      .sort((one, other) => one.project - other.project || (one.chance < other.chance ? -1 : 1))
      .map(({ file }) => file);
  }
}
