import { readFileSync } from 'node:fs';
import * as v from 'valibot';

/** The part of Stryker's JSON report that counts (mutation-testing-report-schema). */
const Report = v.object({
  files: v.record(v.string(), v.object({ mutants: v.array(v.object({ status: v.string() })) })),
});

export interface Score {
  readonly file: string;
  readonly killed: number;
  readonly left: number;
}

/** Mutants of each file; those that do not run at all count neither way, those that never end are noticed. */
export function readScores(path: string): Score[] {
  const { files } = v.parse(Report, JSON.parse(readFileSync(path, 'utf8')));
  return Object.entries(files).map(([file, { mutants }]) => {
    const count = (...statuses: string[]) => mutants.filter(({ status }) => statuses.includes(status)).length;
    return { file, killed: count('Killed', 'Timeout'), left: count('Survived', 'NoCoverage') };
  });
}

export function table(scores: readonly Score[]): string {
  const sum = (key: 'killed' | 'left') => scores.reduce((total, score) => total + score[key], 0);
  const rows = [...scores, { file: 'all', killed: sum('killed'), left: sum('left') }]
    .filter(({ killed, left }) => killed + left > 0)
    .map(({ file, killed, left }) => {
      const percent = ((100 * killed) / (killed + left)).toFixed(1);
      return `| ${file === 'all' ? file : `\`${file}\``} | ${killed} | ${left} | ${percent} % |`;
    });
  return ['| File | Noticed | Left | Score |', '| --- | ---: | ---: | ---: |', ...rows].join('\n');
}
