import { simulate } from '../../queue/simulation/simulation.ts';
import { type Measure, type Row, scaled } from '../row.ts';

/** Thousands of messages under Atlas's rate limit, by a clock that does not wait. */
export const bulk: Measure = async (_, scale) => {
  const messages = scaled(5_000, scale, 800);
  const { seconds, minimum, requests, answered429 } = await simulate({
    name: 'bulk',
    messages: [messages],
    containers: 2,
  });
  const taken = Math.max(...seconds);
  const time: Row = {
    what: 'bulk under the limit',
    how: `simulated time for ${messages.toLocaleString('en')} messages, against what a bucket of 500 and 250 a minute needs by itself`,
    measurements: [
      { name: 'ours', value: taken, unit: 'seconds' },
      { name: 'the bucket', value: minimum, unit: 'seconds' },
    ],
    figure: { value: taken / minimum, unit: 'x' },
    wanted: { bound: 'at most', value: 1.1 },
  };
  const wasted: Row = {
    what: 'bulk, wasted',
    how: 'requests that were answered 429',
    measurements: [
      { name: 'answered 429', value: answered429, unit: 'requests' },
      { name: 'of', value: requests, unit: 'requests' },
    ],
    figure: { value: (100 * answered429) / requests, unit: '%' },
    wanted: { bound: 'at most', value: 2 },
  };
  return [time, wasted];
};
