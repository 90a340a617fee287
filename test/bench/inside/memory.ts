/** One handler of the HTTP door through thousands of requests. Needs `--expose-gc`. */
import type { Invited } from '../simulators.ts';
import { answerTo, deletionOf, load } from './handler.ts';
import { work } from './work.ts';

export interface MemoryInput {
  readonly file: string;
  readonly invited: readonly Invited[];
  /** Requests before the first look at the heap: until then code is still being compiled and buffers filled. */
  readonly warmUp: number;
}

export interface MemoryOutput {
  /** Resident set at the end, in bytes. */
  readonly resident: number;
  /** Bytes of live heap that each request after the warm-up has added. */
  readonly growth: number;
}

work(async ({ file, invited, warmUp }: MemoryInput): Promise<MemoryOutput> => {
  const handler = await load(file);
  const requests = async (some: readonly Invited[]) => {
    for (const each of some) await answerTo(handler, deletionOf(each));
  };
  await requests(invited.slice(0, warmUp));
  const before = liveHeap();
  await requests(invited.slice(warmUp));
  const resident = process.memoryUsage().rss;
  return { resident, growth: (liveHeap() - before) / (invited.length - warmUp) };
});

function liveHeap(): number {
  if (!globalThis.gc) throw new Error('--expose-gc is missing');
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
