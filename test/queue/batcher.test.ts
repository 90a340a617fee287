import { describe, expect, it } from 'vitest';
import { Batcher } from '../../lib/queue/batcher.ts';

/** A batcher whose requests are answered when the test says so. */
function heldBatcher(size?: (entry: number) => number) {
  const requests: { entries: readonly number[]; answer: (taken: boolean[]) => void }[] = [];
  const batcher = new Batcher<number>({
    ...(size ? { size } : {}),
    send: (entries) => {
      const { promise, resolve } = Promise.withResolvers<boolean[]>();
      requests.push({ entries, answer: resolve });
      return promise;
    },
  });
  const turn = () => new Promise(setImmediate);
  return { batcher, requests, turn };
}

describe('a batcher', () => {
  it('sends what is added in one turn together', async () => {
    const { batcher, requests, turn } = heldBatcher();
    const added = [1, 2, 3].map((entry) => batcher.add(entry));
    await turn();
    expect(requests.map(({ entries }) => entries)).toEqual([[1, 2, 3]]);
    requests[0]?.answer([true, false, true]);
    expect(await Promise.all(added)).toEqual([true, false, true]);
  });

  it('sends ten at the most, and what came meanwhile with the next request', async () => {
    const { batcher, requests, turn } = heldBatcher();
    for (let entry = 1; entry <= 12; entry += 1) void batcher.add(entry);
    await turn();
    void batcher.add(13);
    requests[0]?.answer(Array(10).fill(true));
    await turn();
    expect(requests.map(({ entries }) => entries.length)).toEqual([10, 3]);
  });

  it('keeps requests below the limit of bytes, and lets one that is larger go alone', async () => {
    // Ten of these are 256 KiB, but for four bytes.
    const { batcher, requests, turn } = heldBatcher((entry) => entry * 26_214);
    for (const entry of [6, 4, 1, 25, 2]) void batcher.add(entry);
    for (let request = 0; request < 4; request += 1) {
      await turn();
      requests[request]?.answer([true, true]);
    }
    expect(requests.map(({ entries }) => entries)).toEqual([[6, 4], [1], [25], [2]]);
  });

  it('counts an entry that has no size as not sent, and sends the others', async () => {
    const { batcher, requests, turn } = heldBatcher((entry) => {
      if (entry === 2) throw new TypeError('It has no size.');
      return entry;
    });
    const added = [1, 2, 3].map((entry) => batcher.add(entry));
    await turn();
    expect(requests.map(({ entries }) => entries)).toEqual([[1, 3]]);
    requests[0]?.answer([true, true]);
    expect(await Promise.all(added)).toEqual([true, false, true]);
  });

  it('counts an entry that the answer does not mention as not sent', async () => {
    const { batcher, requests, turn } = heldBatcher();
    const added = batcher.add(1);
    await turn();
    requests[0]?.answer([]);
    expect(await added).toBe(false);
  });

  it('sends again after it has been idle', async () => {
    const { batcher, requests, turn } = heldBatcher();
    const first = batcher.add(1);
    await turn();
    requests[0]?.answer([true]);
    await first;
    await turn();
    void batcher.add(2);
    await turn();
    expect(requests.map(({ entries }) => entries)).toEqual([[1], [2]]);
  });
});
