/** Gets a piece of work ready, whose time is then measured. */
export type Contender = () => () => Promise<unknown>;

/**
 * Measures several pieces of work in turns, so that whatever else the machine does meets them all alike. Resolves with
 * milliseconds by contender, without those of the first `warmUp` turns.
 */
export async function takeTurns(contenders: readonly Contender[], turns: number, warmUp: number): Promise<number[][]> {
  const samples = contenders.map((): number[] => []);
  for (let turn = 0; turn < turns; turn += 1) {
    for (let place = 0; place < contenders.length; place += 1) {
      // Whoever comes first finds the caches as the last one left them: each takes every place.
      const index = (turn + place) % contenders.length;
      const work = contenders[index]?.();
      const startedAt = performance.now();
      await work?.();
      if (turn >= warmUp) samples[index]?.push(performance.now() - startedAt);
    }
  }
  return samples;
}
