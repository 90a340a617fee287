import { holds, type Measurement, type Row } from '../row.ts';

const HEAD = ['what', 'figure', 'wanted', '', 'measured'];

/** The rows as a table for people. */
export function table(rows: readonly Row[]): string {
  const lines = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cells(row: Row): string[] {
  const { what, figure, wanted, measurements } = row;
  return [
    what,
    `${round(figure.value)} ${figure.unit}`,
    wanted ? `${wanted.bound === 'at most' ? '<=' : '>='} ${round(wanted.value)} ${figure.unit}` : '',
    wanted ? (holds(row) ? 'yes' : 'NO') : '',
    measurements.map(measurement).join(' · '),
  ];
}

function measurement({ name, value, unit }: Measurement): string {
  return `${name} ${round(value)} ${unit}`;
}

/** Three digits that count. */
export function round(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}
