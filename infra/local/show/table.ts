import { styleText } from 'node:util';
import type { Act, Door } from './act.ts';
import type { Ending } from './perform.ts';

/** Widths with the gap that follows. Fixed, so that a row can be printed as soon as its act has ended: 100 columns. */
const WIDTHS = [2, 9, 17, 23, 27, 10, 9, 3] as const;

/** The head of the table. */
export function head(): string {
  return styleText('dim', row(['', 'door', 'person', 'asked by', 'answer', 'before', 'after', 'req']));
}

/** One line for an act that ended, and more where it ended other than it should. */
export function line(ending: Ending): string {
  const { door, act, bystanders, asExpected } = ending;
  const { person = '', asked, expected } = act;
  if (asExpected) return styleText('green', '✓') + row(['', door, person, asked, ...outcome(ending)]).slice(1);
  const lines = [
    row(['✗', door, person, asked, ...outcome(ending)]),
    row(['', '', '', 'expected', ...outcome(expected)]),
    ...(bystanders.length > 0 ? [`  It also changed ${bystanders.join(', ')}.`] : []),
  ];
  return styleText('red', lines.join('\n'));
}

/** Commands to copy, each under what it is about. */
export function commandLines(commands: Door['commands']): string {
  return commands.map(({ title, command }) => `${styleText('dim', `# ${title}`)}\n${command}`).join('\n\n');
}

type Outcome = Act['expected'] | Ending;

/** Of an answer, the first line: what went wrong unexpectedly may have more. */
function outcome({ answer, before, after, requests }: Outcome): string[] {
  return [answer.split('\n', 1).join(), before ?? '', after ?? '', `${requests}`.padStart(3)];
}

function row(cells: readonly string[]): string {
  const padded = cells.map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0));
  return padded.join('').trimEnd();
}
