import { deletionOf } from '../inside/handler.ts';
import { type Measure, scaled } from '../row.ts';
import { median } from '../statistics.ts';

/** From the start of a process to its first answer, all trips included, less what an empty function takes. */
export const coldStart: Measure = async (stage, scale) => {
  const { functions, empty, straightforward } = stage.bundles;
  const organization = await stage.simulators.call('organization');
  const { orgId } = organization;
  const env = stage.environment(organization);
  const contenders = [functions['http'], empty, straightforward].map((bundle) => ({
    file: bundle?.file ?? '',
    samples: [] as number[],
  }));
  const runs = scaled(40, scale, 1);
  for (let run = 0; run <= runs; run += 1) {
    for (const { file, samples } of contenders) {
      const [invited] = await stage.simulators.call('invite', orgId, 1);
      if (!invited) throw new Error('nobody was invited');
      const milliseconds = await stage.untilFirstAnswer(file, deletionOf(invited), env);
      // The first of each finds its file unread.
      if (run > 0) samples.push(milliseconds);
    }
  }
  const [ours, nothing, plain] = contenders.map(({ samples }) => median(samples));
  if (ours === undefined || nothing === undefined || plain === undefined) throw new Error('a sample is missing');
  return [
    {
      what: 'cold start, our share',
      how: 'start of a process to its first answer, less an empty function, against the straightforward way',
      measurements: [
        { name: 'ours', value: ours, unit: 'ms' },
        { name: 'empty', value: nothing, unit: 'ms' },
        { name: 'straightforward', value: plain, unit: 'ms' },
      ],
      figure: { value: (ours - nothing) / (plain - nothing), unit: 'x' },
      wanted: { bound: 'at most', value: 0.5 },
    },
  ];
};
