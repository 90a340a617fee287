import { appendFileSync, closeSync, openSync, readFileSync } from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import { type Entry, wordOf } from './entry.ts';
import { printable } from './printable.ts';
import { UsageError } from './usage-error.ts';

const COLUMNS = [
  'at',
  'line',
  'orgId',
  'username',
  'invitationId',
  'userId',
  'ifAccepted',
  'reason',
  'dryRun',
  'outcome',
  'confirmed',
  'via',
  'detail',
  'requests',
];
const HEADER = csv(COLUMNS);
/** It holds addresses: for its owner only. */
const MODE = 0o600;

/**
 * The report of a run: one line for each row of the file, added as soon as the row is done, so that a run that is cut off
 * has told of everything it did. A report that is there already is continued, never overwritten: who was cancelled
 * yesterday is already gone today.
 */
export class Report {
  readonly #file: number;

  /** @throws {UsageError} where the file can't be written, or is something else than a report */
  constructor(path: string) {
    try {
      this.#file = openSync(path, 'a+', MODE);
      const before = readFileSync(path, 'utf8');
      if (before === '') appendFileSync(this.#file, HEADER);
      else if (!before.startsWith(HEADER))
        throw new UsageError('--report is a file already, and no report of this command.');
      else if (!before.endsWith('\n')) appendFileSync(this.#file, '\n');
    } catch (error) {
      if (error instanceof Error && 'code' in error) throw new UsageError(`--report can't be written (${error.code}).`);
      throw error;
    }
  }

  /** @throws where the disk is full, or the like */
  add(entry: Entry, at: number): void {
    const { row, result, failure, spent } = entry;
    const { orgId, username, invitationId, userId, ifAccepted, reason } = row.cells;
    const cells = [
      new Date(at).toISOString(),
      row.line,
      result?.orgId ?? orgId,
      result?.username ?? username,
      result?.invitationId ?? invitationId,
      result?.userId ?? userId,
      ifAccepted,
      reason,
      row.dryRun,
      wordOf(entry),
      result?.confirmed,
      result?.via,
      failure?.detail,
      spent.requests,
    ];
    appendFileSync(this.#file, csv(cells.map((cell) => (cell === undefined ? '' : String(cell)))));
  }

  close(): void {
    closeSync(this.#file);
  }
}

/**
 * A cell that a spreadsheet would take for a formula is neutralised (OWASP, "CSV Injection"), and so is what would act on
 * the terminal of whoever looks into the file there, or make one row look like two.
 */
function csv(cells: readonly string[]): string {
  return stringify([cells.map(printable)], { escape_formulas: true });
}
