import type { MemoryInput, MemoryOutput } from '../inside/memory.ts';
import { type Measure, type Row, scaled } from '../row.ts';

const MB = 1_000_000;
/** Bytes a request that are noise: counters grow a digit, and the engine keeps what it learns. */
const NOISE = 16;

/** What thousands of requests leave behind. */
export const memory: Measure = async (stage, scale) => {
  const { functions, bare } = stage.bundles;
  const requests = scaled(10_000, scale, 200);
  const measure = async (file: string): Promise<MemoryOutput> => {
    const organization = await stage.simulators.call('organization');
    const invited = await stage.simulators.call('invite', organization.orgId, requests);
    const input: MemoryInput = { file, invited, warmUp: requests / 2 };
    return (await stage.run<MemoryOutput>('memory', input, stage.environment(organization))).output;
  };
  const ours = await measure(functions['http']?.file ?? '');
  const network = await measure(bare.file);
  const resident: Row = {
    what: 'memory',
    how: `resident set after ${requests.toLocaleString('en')} requests against that of bare undici`,
    measurements: [
      { name: 'ours', value: ours.resident / MB, unit: 'MB' },
      { name: 'bare undici', value: network.resident / MB, unit: 'MB' },
    ],
    figure: { value: ours.resident / network.resident, unit: 'x' },
  };
  const growth: Row = {
    what: 'memory, growth',
    how: 'live heap that each request of the second half added',
    measurements: [
      { name: 'ours', value: ours.growth, unit: 'bytes' },
      { name: 'bare undici', value: network.growth, unit: 'bytes' },
    ],
    figure: { value: ours.growth, unit: 'bytes' },
    wanted: { bound: 'at most', value: NOISE },
  };
  return [resident, growth];
};
