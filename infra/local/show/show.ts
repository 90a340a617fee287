import type { Stage } from '../stage.ts';
import type { StatusLine } from '../status-line.ts';
import type { Door } from './act.ts';
import { type Ending, performAll } from './perform.ts';
import { head, line } from './table.ts';

/**
 * Runs the acts of all doors and prints a row for each that has ended, door by door. Doors run side by side, except for the
 * last group: it begins when all others have ended.
 *
 * @returns whether everything ended as it should
 */
export async function show(stage: Stage, groups: readonly (readonly Door[])[], status: StatusLine): Promise<boolean> {
  const { atlas, secretsManager } = stage;
  const endings: Ending[] = [];
  console.log(head());
  for (const doors of groups) {
    const performances = doors.flatMap((door) =>
      performAll(door, atlas).map((ending, index) => ({ door, act: door.acts[index], ending })),
    );
    for (const { door, act, ending } of performances) {
      status.show(`  ${door.name}: ${act?.person ?? ''} by ${act?.asked} ...`);
      const ended = await ending;
      status.clear();
      console.log(line(ended));
      endings.push(ended);
    }
  }
  const good = endings.filter(({ asExpected }) => asExpected).length;
  const requests = endings.reduce((sum, ending) => sum + ending.requests, 0);
  console.log(
    `\n${good} of ${endings.length} ended as they should. They cost ${requests} requests to Atlas, ` +
      `${atlas.counts.tokensMinted} access tokens and ${secretsManager.counts.requests} reads of a secret.`,
  );
  return good === endings.length;
}
