import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { expect, it } from 'vitest';

const bench = fileURLToPath(new URL('../bench/bench.ts', import.meta.url));

const Finite = v.pipe(v.number(), v.finite());
const Report = v.object({
  machine: v.string(),
  rows: v.array(
    v.object({
      what: v.string(),
      measurements: v.pipe(v.array(v.object({ name: v.string(), value: Finite })), v.minLength(2)),
      figure: v.object({ value: Finite, unit: v.string() }),
    }),
  ),
});

/** So little is measured that no time means anything; that everything is measured does. */
it('npm run bench measures every row', { timeout: 180_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [bench, '--quick', '--packaged', '--json']);

  const { rows } = v.parse(Report, JSON.parse(stdout));
  expect(rows.map(({ what }) => what)).toEqual([
    'warm cancellation',
    'cold start, our share',
    'cold, on a real network',
    'trips',
    'queue, a batch of ten',
    'queue, throughput',
    'queue, throughput at 20 ms an answer',
    'bulk under the limit',
    'bulk, wasted',
    'memory',
    'memory, growth',
    'size of functions/http',
    'size of functions/queue',
    'size of functions/workflow',
    'growth with messages',
    'growth with organizations',
  ]);
  expect(rows.find(({ what }) => what === 'trips')?.figure.value).toBe(0);
});
