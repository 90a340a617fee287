import { type Entry, hasFailed, lineOf, wordOf } from './entry.ts';

const MOST_SHOWN = 20;

/** How many rows came to what, as a table, and what it cost. */
export function summary(entries: readonly Entry[]): string {
  const counts = new Map<string, number>();
  for (const entry of entries) counts.set(wordOf(entry), (counts.get(wordOf(entry)) ?? 0) + 1);
  const rows = [...counts].sort(([, one], [, other]) => other - one);
  rows.push(['total', entries.length]);
  const width = Math.max(...rows.map(([word]) => word.length));
  const lines = rows.map(([word, count]) => `  ${word.padEnd(width)}  ${String(count).padStart(7)}`);
  const requests = entries.reduce((sum, entry) => sum + entry.spent.requests, 0);
  const invites = entries.reduce((sum, entry) => sum + entry.spent.invitesApiCalls, 0);
  return `${lines.join('\n')}\n${requests} requests to Atlas, ${invites} of them to the invites endpoint, which ends on 2027-07-01.\n`;
}

/** The rows that failed, by line, so many as a screen can hold. */
export function failedRows(entries: readonly Entry[]): string {
  const failed = entries.filter(hasFailed).sort((one, other) => one.row.line - other.row.line);
  const shown = failed.slice(0, MOST_SHOWN).map((entry) => `${lineOf(entry)}\n`);
  const more = failed.length - shown.length;
  return `${shown.join('')}${more > 0 ? `... and ${more} more\n` : ''}`;
}
