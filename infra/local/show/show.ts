import type { Stage } from '../stage.ts';
import type { StatusLine } from '../status-line.ts';
import type { Door } from './act.ts';
import { type Ending, performAll } from './perform.ts';
import { head, line } from './table.ts';

/**
 * Runs the acts of all doors and prints a row for each that has ended, door by door. The doors of a group run side by side,
 * each as soon as it is open; a group begins when the one before it has ended.
 *
 * @returns whether everything ended as it should
 * @throws {Error} if a door does not open
 */
export async function show(
  { atlas, secretsManager }: Stage,
  groups: readonly (readonly Promise<Door>[])[],
  status: StatusLine,
): Promise<boolean> {
  // One that fails before its turn is told of when its turn has come.
  for (const opening of groups.flat()) opening.catch(() => {});
  const endings: Ending[] = [];
  for (const doors of groups) {
    const performances = doors.map((opening) => opening.then((door) => performAll(door, atlas)));
    for (const performance of performances) performance.catch(() => {});
    for (const performance of performances) {
      for (const { door, act, ending } of await performance) {
        status.show(`  ${door}: ${[act.person, act.asked].filter(Boolean).join(' by ')} ...`);
        const ended = await ending;
        status.clear();
        if (endings.length === 0) console.log(head());
        console.log(line(ended));
        endings.push(ended);
      }
    }
  }
  const good = endings.filter(({ asExpected }) => asExpected).length;
  const requests = endings.reduce((sum, ending) => sum + ending.requests, 0);
  console.log(
    `\n${good} of ${endings.length} ended as they should: ${requests} requests to Atlas, ` +
      `${atlas.counts.tokensMinted} access tokens, ${secretsManager.counts.requests} reads of a secret.`,
  );
  return good === endings.length;
}
