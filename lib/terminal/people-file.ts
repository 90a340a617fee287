import { type CsvError, parse } from 'csv-parse/sync';
import * as v from 'valibot';
import type { Failure } from '../failures.ts';
import { refusal } from '../request.ts';
import type { Defaults } from './options.ts';
import { printable } from './printable.ts';
import { UsageError } from './usage-error.ts';

export const COLUMNS = ['orgId', 'username', 'invitationId', 'userId', 'ifAccepted', 'reason'] as const;
type Column = (typeof COLUMNS)[number];
type Cells = Readonly<Partial<Record<Column, string>>>;

/** One person of the file. */
export interface Row {
  /** Where it ends in the file, counted from 1. */
  readonly line: number;
  /** What its cells say, with what the command line says where they are empty. */
  readonly cells: Cells;
  readonly dryRun: boolean;
  /** Why it can't be read, where it can't. */
  readonly refused?: Failure;
}

const Records = v.array(v.object({ record: v.array(v.string()), info: v.object({ lines: v.number() }) }));

/**
 * Reads the CSV file of many people. What is wrong with one row is kept with the row; only what makes the whole file
 * unreadable is thrown.
 * @throws {UsageError}
 */
export function readPeople(text: string, defaults: Defaults): Row[] {
  const [header, ...records] = readRecords(text);
  if (!header) throw new UsageError('--file is empty: its first line must name the columns.');
  const columns = header.record.map(readColumn);
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice !== undefined) throw new UsageError(`--file has the column ${twice} twice.`);
  if (!columns.some((column) => column === 'username' || column === 'invitationId' || column === 'userId')) {
    throw new UsageError('--file names nobody: it needs a column username, invitationId or userId.');
  }
  return records.map(({ record, info }) => readRow(columns, record, info.lines, defaults));
}

function readRecords(text: string): v.InferOutput<typeof Records> {
  try {
    const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true } as const;
    return v.parse(Records, parse(text, options));
  } catch (error) {
    if (error instanceof Error && 'code' in error) {
      const { lines } = error as CsvError & { readonly lines?: number };
      throw new UsageError(`--file is no CSV${lines === undefined ? '' : `: see line ${lines}`} (${error.code}).`);
    }
    throw error;
  }
}

function readColumn(name: string): Column {
  const column = COLUMNS.find((known) => known === name);
  if (column) return column;
  const shown = printable(name).slice(0, 64);
  throw new UsageError(`--file has an unknown column "${shown}": the columns are ${COLUMNS.join(', ')}.`);
}

function readRow(columns: readonly Column[], record: readonly string[], line: number, defaults: Defaults): Row {
  const { dryRun, ...given } = defaults;
  const cells: Partial<Record<Column, string>> = {};
  for (const [column, value] of Object.entries(given))
    if (value !== undefined) cells[column as keyof typeof given] = value;
  for (const [index, column] of columns.entries()) if (record[index]) cells[column] = record[index];
  if (record.length === columns.length) return { line, cells, dryRun };
  const description = `has ${record.length} cells, and the first line has ${columns.length}`;
  return { line, cells, dryRun, refused: refusal([{ field: 'the row', description }]) };
}
