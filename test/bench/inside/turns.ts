/** Several handlers of the HTTP door in one process, one cancellation each in turns. */
import { deleteInvitation, payloadV2 } from '../../support/http-events.ts';
import { answerTo, load } from './handler.ts';
import { work } from './work.ts';

export interface TurnsInput {
  readonly files: readonly string[];
  readonly orgId: string;
  /** One for each cancellation: `files.length * (warmUp + turns)`. */
  readonly invitationIds: readonly string[];
  /** Turns that are not counted. */
  readonly warmUp: number;
}

/** Milliseconds of each cancellation that counts, by handler, in the order of the files. */
export type TurnsOutput = readonly (readonly number[])[];

work(async ({ files, orgId, invitationIds, warmUp }: TurnsInput): Promise<TurnsOutput> => {
  const handlers = await Promise.all(files.map(load));
  const samples = handlers.map((): number[] => []);
  const ids = invitationIds.values();
  for (let turn = 0; turn < invitationIds.length / handlers.length; turn += 1) {
    for (let place = 0; place < handlers.length; place += 1) {
      // Whoever comes first finds the caches as the last one left them: each takes every place in turn.
      const index = (turn + place) % handlers.length;
      const [handler, own] = [handlers[index], samples[index]];
      const invitationId = ids.next().value;
      if (!handler || !own || !invitationId) throw new Error('fewer invitations than turns');
      const event = payloadV2(deleteInvitation(orgId, invitationId, { receivedAt: Date.now() }));
      const startedAt = performance.now();
      await answerTo(handler, event);
      if (turn >= warmUp) own.push(performance.now() - startedAt);
    }
  }
  return samples;
});
