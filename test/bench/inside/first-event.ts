/** A process whose initialisation is over, as Lambda counts it, before its first event comes. */
import { deleteInvitation, payloadV2 } from '../../support/http-events.ts';
import { answerTo, load } from './handler.ts';
import { work } from './work.ts';

export interface FirstEventInput {
  readonly file: string;
  readonly orgId: string;
  readonly invitationId: string;
}

/** Milliseconds from the first event to its answer, and of the loading before. */
export interface FirstEventOutput {
  readonly initialisation: number;
  readonly event: number;
}

work(async ({ file, orgId, invitationId }: FirstEventInput): Promise<FirstEventOutput> => {
  const loadedFrom = performance.now();
  const handler = await load(file);
  const event = payloadV2(deleteInvitation(orgId, invitationId, { receivedAt: Date.now() }));
  const startedAt = performance.now();
  await answerTo(handler, event);
  return { initialisation: startedAt - loadedFrom, event: performance.now() - startedAt };
});
