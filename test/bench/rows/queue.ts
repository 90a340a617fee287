import type { BatchesInput, BatchesOutput } from '../inside/batches.ts';
import { type Measure, type Row, scaled } from '../row.ts';
import type { Invited } from '../simulators.ts';
import type { Stage } from '../stage.ts';
import { median } from '../statistics.ts';

const BATCH = 10;
const TRIP = 20;

/** A batch of ten messages, against one of them alone, and against the bare deletions. */
export const queue: Measure = async (stage, scale) => {
  const alone = await batches(stage, {
    against: 'alone',
    turns: scaled(20, scale, 2),
    warmUp: scaled(5, scale, 1),
    delay: TRIP,
  });
  const latency: Row = {
    what: 'queue, a batch of ten',
    how: `time of a batch against the slowest of its messages alone, with ${TRIP} ms for each answer of Atlas`,
    measurements: [
      { name: 'batch', value: median(alone.ours), unit: 'ms' },
      { name: 'slowest alone', value: median(alone.theirs), unit: 'ms' },
    ],
    figure: { value: median(alone.ours) / median(alone.theirs), unit: 'x' },
    wanted: { bound: 'at most', value: 1.2 },
  };
  const atOnce = await throughput(stage, scale, { what: 'queue, throughput', delay: 0 });
  const delayed = await throughput(stage, scale, { what: `queue, throughput at ${TRIP} ms an answer`, delay: TRIP });
  return [latency, atOnce, delayed];
};

/** Messages per second, where Atlas answers at once, so that only computing counts, or after so many milliseconds. */
async function throughput(stage: Stage, scale: number, { what, delay }: { what: string; delay: number }): Promise<Row> {
  const messages = scaled(2_000, scale, 20);
  const turns = messages / BATCH;
  const { ours, theirs } = await batches(stage, { against: 'bare', turns, warmUp: scaled(50, scale, 1), delay });
  const perSecond = (samples: readonly number[]) => (BATCH * 1_000) / median(samples);
  return {
    what,
    how: `${messages.toLocaleString('en')} messages in batches of ten against bare undici with ten at once`,
    measurements: [
      { name: 'ours', value: perSecond(ours), unit: 'per second' },
      { name: 'bare undici', value: perSecond(theirs), unit: 'per second' },
    ],
    figure: { value: perSecond(ours) / perSecond(theirs), unit: 'x' },
    wanted: { bound: 'at least', value: 0.85 },
  };
}

interface Comparison {
  readonly against: BatchesInput['against'];
  readonly turns: number;
  readonly warmUp: number;
  /** Milliseconds added to each answer. */
  readonly delay: number;
}

async function batches(stage: Stage, { against, turns, warmUp, delay }: Comparison): Promise<BatchesOutput> {
  const organization = await stage.simulators.call('organization');
  const invite = async (): Promise<Invited[][]> => {
    const invited = await stage.simulators.call('invite', organization.orgId, BATCH * (warmUp + turns));
    return Array.from({ length: warmUp + turns }, (_, index) => invited.slice(index * BATCH, (index + 1) * BATCH));
  };
  const { functions, bare } = stage.bundles;
  const input: BatchesInput = {
    file: functions['queue']?.file ?? '',
    bare: bare.file,
    against,
    ours: await invite(),
    theirs: await invite(),
    warmUp,
  };
  await stage.simulators.call('delay', delay);
  const { output } = await stage.run<BatchesOutput>('batches', input, stage.environment(organization));
  await stage.simulators.call('delay', 0);
  return output;
}
