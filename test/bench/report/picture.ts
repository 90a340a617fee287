import { holds, type Measurement, type Row } from '../row.ts';
import { round } from './table.ts';

const WIDTH = 860;
const LABEL = 300;
const BAR = 300;
const LINE = 16;
const GAP = 18;
/** Readable on a white page and on a dark one. */
const COLORS = { text: '#768390', ours: '#2da44e', missed: '#d29922', other: '#8c959f' };

/** The rows as a picture: what was measured side by side as bars, ours first, with the figure beside them. */
export function picture(rows: readonly Row[], caption: string): string {
  let y = GAP;
  const parts: string[] = [];
  for (const row of rows) {
    parts.push(text(0, y, row.what, 'font-weight="600"'), text(LABEL + BAR + 70, y, figureOf(row)));
    y += LINE;
    for (const [index, measurement] of row.measurements.entries()) {
      parts.push(...bar(row, measurement, index, y));
      y += LINE;
    }
    y += GAP;
  }
  parts.push(text(0, y, caption));
  const height = y + GAP;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="${COLORS.text}" role="img" aria-label="Measurements beside their yardsticks">`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

/** Bars of one unit share a scale. */
function bar(row: Row, { name, value, unit }: Measurement, index: number, y: number): string[] {
  const largest = Math.max(...row.measurements.filter((other) => other.unit === unit).map((other) => other.value));
  const width = largest > 0 ? Math.max((value / largest) * BAR, 1) : 1;
  const color = index > 0 ? COLORS.other : holds(row) ? COLORS.ours : COLORS.missed;
  return [
    text(LABEL - 8, y, name, 'text-anchor="end"'),
    `<rect x="${LABEL}" y="${y - 9}" width="${width.toFixed(1)}" height="10" fill="${color}"/>`,
    text(LABEL + width + 6, y, `${round(value)} ${unit}`),
  ];
}

function figureOf({ figure, wanted }: Row): string {
  const limit = wanted ? ` (wanted: ${wanted.bound} ${round(wanted.value)})` : '';
  return `${round(figure.value)} ${figure.unit}${limit}`;
}

function text(x: number, y: number, content: string, attributes = ''): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(0)}" y="${y}" ${attributes}>${escaped}</text>`;
}
