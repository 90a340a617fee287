import type { FirstEventInput, FirstEventOutput } from '../inside/first-event.ts';
import { type Measure, scaled } from '../row.ts';
import { median } from '../statistics.ts';

const TRIP = 50;

/** The first event where every answer takes its time: what a cold start costs over a real network. */
export const coldNetwork: Measure = async (stage, scale) => {
  const { functions, straightforward } = stage.bundles;
  const organization = await stage.simulators.call('organization');
  const { orgId } = organization;
  const env = stage.environment(organization);
  const contenders = [functions['http'], straightforward].map((bundle) => ({
    file: bundle?.file ?? '',
    runs: [] as FirstEventOutput[],
  }));
  const runs = scaled(15, scale, 1);
  await stage.simulators.call('delay', TRIP);
  for (let run = 0; run < runs; run += 1) {
    for (const { file, runs } of contenders) {
      const [invited] = await stage.simulators.call('invite', orgId, 1);
      if (!invited) throw new Error('nobody was invited');
      const input: FirstEventInput = { file, invited };
      runs.push((await stage.run<FirstEventOutput>('first-event', input, env)).output);
    }
  }
  await stage.simulators.call('delay', 0);
  const [ours, plain] = contenders.map(({ runs }) => ({
    event: median(runs.map(({ event }) => event)),
    initialisation: median(runs.map(({ initialisation }) => initialisation)),
  }));
  if (ours === undefined || plain === undefined) throw new Error('a sample is missing');
  return [
    {
      what: 'cold, on a real network',
      how: `first event to its answer, with ${TRIP} ms for each answer of Secrets Manager and Atlas`,
      measurements: [
        { name: 'ours', value: ours.event, unit: 'ms' },
        { name: 'its initialisation', value: ours.initialisation, unit: 'ms' },
        { name: 'straightforward', value: plain.event, unit: 'ms' },
        { name: 'its initialisation', value: plain.initialisation, unit: 'ms' },
      ],
      figure: { value: ours.event, unit: 'ms' },
      wanted: { bound: 'at most', value: 2 * TRIP + 10 },
    },
  ];
};
