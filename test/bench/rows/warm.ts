import type { TurnsInput, TurnsOutput } from '../inside/turns.ts';
import { type Measure, scaled } from '../row.ts';
import { median } from '../statistics.ts';

/** A cancellation in a warm function, from its event to its answer, against the bare DELETE. */
export const warm: Measure = async (stage, scale) => {
  const { functions, bare, straightforward } = stage.bundles;
  const organization = await stage.simulators.call('organization');
  const files = [functions['http'], bare, straightforward].map((bundle) => bundle?.file ?? '');
  const warmUp = scaled(1_000, scale, 20);
  const turns = warmUp + scaled(4_000, scale, 50);
  const invited = [];
  for (const _ of files) invited.push(await stage.simulators.call('invite', organization.orgId, turns));
  const input: TurnsInput = { files, invited, warmUp };
  const { output, lines } = await stage.run<TurnsOutput>('turns', input, stage.environment(organization));
  if (lines !== 2 * turns) throw new Error('not every request wrote its log line and its metrics');

  const [ours, network, plain] = output.map(median);
  if (ours === undefined || network === undefined || plain === undefined) throw new Error('a sample is missing');
  return [
    {
      what: 'warm cancellation',
      how: 'median of one request, log and metrics on, against the bare DELETE',
      measurements: [
        { name: 'ours', value: ours, unit: 'ms' },
        { name: 'bare undici', value: network, unit: 'ms' },
        { name: 'straightforward', value: plain, unit: 'ms' },
      ],
      figure: { value: ours / network, unit: 'x' },
      wanted: { bound: 'at most', value: 1.2 },
    },
  ];
};
