import type { SQSBatchResponse } from 'aws-lambda';
import { record } from '../../queue/records.ts';
import { deleteInvitation, payloadV2 } from '../../support/http-events.ts';
import { lambdaContext } from '../../support/lambda.ts';
import type { Invited } from '../simulators.ts';

export type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const context = lambdaContext();

/** Loads a handler as Lambda's runtime does. */
export async function load(file: string): Promise<Handler> {
  return (await import(file)).handler;
}

/** The event of API Gateway that deletes this invitation. */
export function deletionOf({ orgId, invitationId }: Pick<Invited, 'orgId' | 'invitationId'>): object {
  return payloadV2(deleteInvitation(orgId, invitationId, { receivedAt: Date.now() }));
}

/** Hands an event to a handler of the HTTP door. Anything but a cancellation is no measurement. */
export async function answerTo(handler: Handler, event: unknown): Promise<void> {
  const answer = (await handler(event, context)) as { statusCode: number }; // As API Gateway would read it.
  if (answer.statusCode !== 204 && answer.statusCode !== 200) {
    throw new Error(`a cancellation was answered ${JSON.stringify(answer)}`);
  }
}

/** Hands a batch of messages, one for each invitation, to a handler of the queue door. */
export async function answerToBatch(handler: Handler, invited: readonly Invited[]): Promise<void> {
  const Records = invited.map(({ orgId, invitationId }) =>
    record({ messageId: invitationId, body: JSON.stringify({ orgId, invitationId }) }),
  );
  const answer = (await handler({ Records }, context)) as SQSBatchResponse; // As Lambda would read it.
  if (answer.batchItemFailures.length > 0) throw new Error(`a batch was answered ${JSON.stringify(answer)}`);
}
