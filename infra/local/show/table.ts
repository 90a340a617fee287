import { styleText } from 'node:util';
import type { Door } from './act.ts';
import type { Ending } from './perform.ts';

/** Widths with the gap that follows. Fixed, so that a row can be printed as soon as its act has ended: 100 columns. */
const WIDTHS = [2, 9, 17, 23, 27, 10, 9, 3] as const;

/** The head of the table. */
export function head(): string {
  return styleText('dim', row(['', 'door', 'person', 'asked by', 'answer', 'before', 'after', 'req']));
}

/** One line for an act that ended, and more where it ended other than it should. */
export function line(ending: Ending): string {
  const { door, act, answer, requests, bystanders, asExpected } = ending;
  const { person = '', asked, expected } = act;
  const mark = asExpected ? '✓' : '✗';
  const text = row([mark, door, person, asked, answer, ...states(ending), `${requests}`.padStart(3)]);
  if (asExpected) return text.replace(mark, styleText('green', mark));
  const due = row([
    '',
    '',
    '',
    'expected',
    expected.answer,
    ...states(expected),
    `${expected.requests ?? ''}`.padStart(3),
  ]);
  const lines = [text, due];
  if (bystanders.length > 0) lines.push(`  It also changed ${bystanders.join(', ')}.`);
  return styleText('red', lines.join('\n'));
}

/** Commands to copy, each under what it is about. */
export function commandLines(commands: Door['commands']): string {
  return commands.map(({ title, command }) => `${styleText('dim', `# ${title}`)}\n${command}`).join('\n\n');
}

function states({ before = '', after = '' }: { before?: string | undefined; after?: string | undefined }) {
  return [before, after];
}

function row(cells: readonly string[]): string {
  const padded = cells.map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0));
  return padded.join('').trimEnd();
}
