import type { TurnsInput, TurnsOutput } from '../inside/turns.ts';
import { type Measure, scaled } from '../row.ts';
import type { Stage } from '../stage.ts';
import { median } from '../statistics.ts';

/** A cancellation in a warm function, from its event to its answer, against the bare DELETE. */
export const warm: Measure = async (stage, scale) => {
  const { functions, straightforward } = stage.bundles;
  const ours = await besideBare(stage, scale, functions['http']?.file ?? '');
  if (ours.lines !== 2 * ours.requests) throw new Error('not every request wrote its log line and its metrics');
  const plain = await besideBare(stage, scale, straightforward.file);
  return [
    {
      what: 'warm cancellation',
      how: 'median of one request, log and metrics on, against the bare DELETE in turns; the straightforward way likewise',
      measurements: [
        { name: 'ours', value: ours.median, unit: 'ms' },
        { name: 'bare undici', value: ours.bare, unit: 'ms' },
        { name: 'straightforward', value: plain.median, unit: 'ms' },
        { name: 'bare undici', value: plain.bare, unit: 'ms' },
      ],
      figure: { value: ours.median / ours.bare, unit: 'x' },
      wanted: { bound: 'at most', value: 1.2 },
    },
  ];
};

/** One handler and the bare DELETE in turns, in a process that nothing else shares, as a function has its own. */
async function besideBare(stage: Stage, scale: number, file: string) {
  const organization = await stage.simulators.call('organization');
  const files = [file, stage.bundles.bare.file];
  const warmUp = scaled(1_000, scale, 20);
  const requests = warmUp + scaled(4_000, scale, 50);
  const invited = [];
  for (const _ of files) invited.push(await stage.simulators.call('invite', organization.orgId, requests));
  const input: TurnsInput = { files, invited, warmUp };
  const { output, lines } = await stage.run<TurnsOutput>('turns', input, stage.environment(organization));
  const [measured, bare] = output.map(median);
  if (measured === undefined || bare === undefined) throw new Error('a sample is missing');
  return { median: measured, bare, requests, lines };
}
