import type { GrowthInput, GrowthOutput } from '../inside/growth.ts';
import { type Measure, type Row, scaled } from '../row.ts';
import type { Invited, Organization } from '../simulators.ts';
import { median } from '../statistics.ts';

const BATCH = 10;
const ROUNDS = 3;
/** Growth up to which the line is flat. */
const FLAT = 1.25;

/** How the time of one message grows with their number, and with the number of organizations. */
export const growth: Measure = async (stage, scale) => {
  const small = scaled(1_000, scale, 100);
  const sets = [
    { name: '10 messages', messages: 10, organizations: 1, times: scaled(20, scale, 2) },
    { name: '100', messages: 100, organizations: 1, times: scaled(5, scale, 1) },
    { name: '1,000', messages: small, organizations: 1, times: 1 },
    { name: '10,000', messages: small * 10, organizations: 1, times: 1 },
    { name: '10 organizations', messages: small, organizations: 10, times: 1 },
    { name: '100', messages: small, organizations: 100, times: 1 },
  ];
  const organizations: Organization[] = [];
  for (let number = 0; number < 100; number += 1) organizations.push(await stage.simulators.call('organization'));
  /** Messages of so many organizations, one of each after the other. */
  const messagesOf = async (count: number, of: number): Promise<Invited[]> => {
    const each: Invited[][] = [];
    for (const { orgId } of organizations.slice(0, of)) {
      each.push(await stage.simulators.call('invite', orgId, Math.ceil(count / of)));
    }
    return Array.from({ length: count }, (_, index) => each[index % of]?.[Math.floor(index / of)]).filter(
      (invited) => invited !== undefined,
    );
  };
  const order = Array.from({ length: scaled(ROUNDS, scale, 1) }, () =>
    sets.flatMap((set) => Array(set.times).fill(set)),
  ).flat();
  const input: GrowthInput = {
    file: stage.bundles.functions['queue']?.file ?? '',
    warmUp: await messagesOf(small, 100),
    sets: await Promise.all(order.map((set) => messagesOf(set.messages, set.organizations))),
  };
  const [first] = organizations;
  if (!first) throw new Error('there is no organization');
  const environment = { ...stage.environment(first), ATLAS_SECRET_ID: '{orgId}' };
  const { output } = await stage.run<GrowthOutput>('growth', input, environment);
  /** Of the second half of each set's batches: what grows has grown by then. A median, since the machine has other work. */
  const late = (batches: readonly number[]) => batches.slice(Math.floor(batches.length / 2));
  const medians = sets.map((set) => {
    const own = output.filter((_, index) => order[index] === set);
    return median(own.flatMap(late)) / BATCH;
  });
  const row = (what: string, members: readonly number[]): Row => {
    const values = members.map((index) => medians[index] ?? Number.NaN);
    return {
      what,
      how: 'time of a message in the second half of its set (median batch), the most that it is slower than in a smaller set',
      measurements: members.map((index, place) => ({
        name: sets[index]?.name ?? '',
        value: values[place] ?? Number.NaN,
        unit: 'ms',
      })),
      figure: {
        value: Math.max(...values.flatMap((small, place) => values.slice(place + 1).map((large) => large / small))),
        unit: 'x',
      },
      wanted: { bound: 'at most', value: FLAT },
    };
  };
  return [row('growth with messages', [0, 1, 2, 3]), row('growth with organizations', [2, 4, 5])];
};
