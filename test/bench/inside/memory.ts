/** One handler of the HTTP door through thousands of requests. Needs `--expose-gc`. */
import { deleteInvitation, payloadV2 } from '../../support/http-events.ts';
import { answerTo, load } from './handler.ts';
import { work } from './work.ts';

export interface MemoryInput {
  readonly file: string;
  readonly orgId: string;
  readonly invitationIds: readonly string[];
  /** Requests before the first look at the heap: until then code is still being compiled and buffers filled. */
  readonly warmUp: number;
}

export interface MemoryOutput {
  /** Resident set at the end, in bytes. */
  readonly resident: number;
  /** Bytes of live heap that each request after the warm-up has added. */
  readonly growth: number;
}

work(async ({ file, orgId, invitationIds, warmUp }: MemoryInput): Promise<MemoryOutput> => {
  const handler = await load(file);
  const requests = async (ids: readonly string[]) => {
    for (const id of ids) {
      await answerTo(handler, payloadV2(deleteInvitation(orgId, id, { receivedAt: Date.now() })));
    }
  };
  await requests(invitationIds.slice(0, warmUp));
  const before = liveHeap();
  await requests(invitationIds.slice(warmUp));
  const resident = process.memoryUsage().rss;
  return { resident, growth: (liveHeap() - before) / (invitationIds.length - warmUp) };
});

function liveHeap(): number {
  if (!globalThis.gc) throw new Error('--expose-gc is missing');
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
