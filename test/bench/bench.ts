/**
 * Measures everything side by side in one run, and prints a table.
 *
 * `--json [file]` writes the report for machines, to stdout where no file is named · `--svg` draws the picture of the
 * README anew · `--only warm,memory` measures those only · `--quick` measures too little to believe, to see that it works ·
 * `--packaged` takes the package that is there instead of making one.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { describeMachine } from './report/machine.ts';
import { picture } from './report/picture.ts';
import { table } from './report/table.ts';
import type { Measure, Row } from './row.ts';
import { bulk } from './rows/bulk.ts';
import { coldNetwork } from './rows/cold-network.ts';
import { coldStart } from './rows/cold-start.ts';
import { growth } from './rows/growth.ts';
import { memory } from './rows/memory.ts';
import { queue } from './rows/queue.ts';
import { size } from './rows/size.ts';
import { trips } from './rows/trips.ts';
import { warm } from './rows/warm.ts';
import { Stage } from './stage.ts';

const QUICK = 0.01;

const MEASURES: Readonly<Record<string, Measure>> = {
  warm,
  'cold-start': coldStart,
  'cold-network': coldNetwork,
  trips,
  queue,
  bulk,
  memory,
  size,
  growth,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    svg: { type: 'boolean', default: false },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    packaged: { type: 'boolean', default: false },
  },
});
const chosen = values.only?.split(',') ?? Object.keys(MEASURES);
const stage = await Stage.set(values.packaged);
const rows: Row[] = [];
try {
  for (const name of chosen) {
    const measure = MEASURES[name];
    if (!measure) throw new Error(`there is no measurement ${name}: choose of ${Object.keys(MEASURES).join(', ')}`);
    console.error(`measuring ${name} ...`);
    rows.push(...(await measure(stage, values.quick ? QUICK : 1)));
  }
} finally {
  await stage.strike();
}
const machine = describeMachine();
const json = JSON.stringify({ machine, rows }, undefined, 2);
const [file] = positionals;
const jsonToStdout = values.json && file === undefined;
(jsonToStdout ? console.error : console.log)(`${table(rows)}\n${machine}`);
if (jsonToStdout) console.log(json);
else if (file !== undefined) await writeFile(file, `${json}\n`);
if (values.svg) await writeFile(new URL('bench.svg', import.meta.url), picture(rows, machine));
