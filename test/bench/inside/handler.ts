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

/** What a caller's request has on its way through API Gateway. */
const HEADERS = {
  accept: '*/*',
  'content-length': '0',
  host: 'api0000000.execute-api.eu-west-1.amazonaws.com',
  'user-agent': 'caller/1.0',
  'x-amz-date': '20261123T080000Z',
  'x-amzn-trace-id': 'Root=1-69230b80-000000000000000000000000',
  'x-forwarded-for': '203.0.113.9',
  'x-forwarded-port': '443',
  'x-forwarded-proto': 'https',
};

/** The event of API Gateway that deletes this invitation, as the runtime makes it of its text. */
export function deletionOf({ orgId, invitationId }: Pick<Invited, 'orgId' | 'invitationId'>): object {
  const event = payloadV2(deleteInvitation(orgId, invitationId, { receivedAt: Date.now(), headers: HEADERS }));
  return JSON.parse(JSON.stringify(event));
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
