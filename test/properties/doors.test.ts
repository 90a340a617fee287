import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lambdaRuntime } from '../../infra/local/lambda-runtime.ts';
import { FAILURES } from '../../lib/failures.ts';
import { createQueueDoor } from '../../lib/queue/door.ts';
import type { Sqs } from '../../lib/queue/sqs.ts';
import { createWorkflowDoor } from '../../lib/workflow/door.ts';
import { record } from '../queue/records.ts';
import { httpDoor } from '../support/http-door.ts';
import { deleteInvitation, deleteUser, payloadV1, payloadV2, postCancellation } from '../support/http-events.ts';
import { lambdaContext } from '../support/lambda.ts';
import { startStage } from '../support/stage.ts';
import { damaged, hostileText, hostileValue } from './arbitraries.ts';

const ORG = '5f0a11ce0000000000000003';
const INVITATION = '66b0f1a20000000000000011';
const ANN = 'ann@example.com';

/** A stage whose one organization has the id of the events, with one invitation that is open again before each of them. */
async function open() {
  const stage = await startStage({ environment: { DEAD_LETTER_QUEUE_URL: 'https://sqs.example.com/1/dead' } });
  const organization = stage.atlas.addOrganization({ id: ORG });
  stage.atlas.settings.bucket = { capacity: 1_000_000, refill: 1, seconds: 60 };
  const account = organization.addServiceAccount();
  stage.secretsManager.put('atlas/credentials', { clientId: account.clientId, clientSecret: account.clientSecret });
  let seen = 0;
  return {
    ...stage,
    invite: () => organization.person(ANN) ?? organization.invite(ANN),
    isInvited: () => organization.person(ANN)?.status === 'PENDING',
    /** Log lines since it was last asked. */
    newLines: () => {
      const lines = stage.log.lines.slice(seen);
      seen += lines.length;
      return lines;
    },
  };
}

const request = fc.oneof(
  fc.constant({ orgId: ORG, username: ANN }),
  damaged({ orgId: ORG, username: ANN, dryRun: true, ifAccepted: 'fail', reason: 'ticket 7' }),
  damaged({ orgId: ORG, invitationId: INVITATION }),
);

const httpEvent = fc.oneof(
  fc.constant(payloadV2(postCancellation({ orgId: ORG, username: ANN }))),
  damaged(payloadV2(deleteInvitation(ORG, INVITATION, { query: 'envelope=true&pretty=false' }))),
  damaged(payloadV1(deleteUser(ORG, INVITATION, { query: 'dryRun=true' }))),
  request.map((body) => payloadV2(postCancellation(body))),
  fc.tuple(request, hostileText).map(([body, query]) => payloadV1(postCancellation(body, { query }))),
);

describe('the HTTP door, given any event', () => {
  it('answers what API Gateway takes, and with a success only where there was one', async () => {
    const { service, invite, isInvited, newLines } = await open();
    const { send } = httpDoor(service);
    await fc.assert(
      fc.asyncProperty(httpEvent, async (event) => {
        invite();
        const { statusCode, headers, body, json } = await send(event);
        const [line, ...more] = newLines();
        expect(more).toEqual([]);
        expect(statusCode).toSatisfy((code) => Number.isInteger(code) && code >= 200 && code <= 599);
        for (const [name, value] of Object.entries(headers))
          expect(`${name}: ${value}`).toMatch(/^[\w-]+: [\x20-\x7e]+$/);
        expect(body === undefined).toBe(statusCode === 204);
        const status = Number((json as { status?: unknown } | undefined)?.status ?? statusCode);
        expect(status < 300).toBe(line?.['outcome'] !== undefined);
        expect(status < 300).toBe(line?.['failure'] === undefined);
        expect(isInvited()).toBe(line?.['outcome'] !== 'cancelled');
      }),
      { numRuns: 150 },
    );
  });
});

describe('the queue door, given any event', () => {
  const body = fc.oneof(
    request.map((value) => JSON.stringify(value) ?? ''),
    hostileText,
  );
  const message = fc
    .tuple(fc.constantFrom('m1', 'm2', 'm3', 'm4'), body, fc.constantFrom('a', 'b'), fc.boolean())
    .map(([messageId, text, group, fifo]) =>
      record({
        messageId,
        body: text,
        attributes: { MessageGroupId: group },
        eventSourceARN: `arn:aws:sqs:eu-west-1:123456789012:cancellations${fifo ? '.fifo' : ''}`,
      }),
    );
  const event = fc
    .array(message, { maxLength: 4 })
    .chain((Records) =>
      fc.oneof({ arbitrary: fc.constant({ Records }), weight: 3 }, { arbitrary: damaged({ Records }), weight: 2 }),
    );

  it('reports ids of the batch alone, and lets nothing go that neither succeeded nor became a dead letter', async () => {
    const { service, invite, newLines } = await open();
    let accepting = true;
    const letters: string[] = [];
    const sqs: Sqs = {
      sendDeadLetters: async (_, given) => {
        if (!accepting) return given.map(() => false);
        for (const { MessageAttributes } of given) {
          letters.push(JSON.parse(MessageAttributes?.['Failure']?.StringValue ?? '').messageId);
        }
        return given.map(() => true);
      },
      hide: async (_, given) => given.map(() => false),
    };
    const door = createQueueDoor(service, { sqs });
    await fc.assert(
      fc.asyncProperty(event, fc.boolean(), async (given, accepts) => {
        invite();
        accepting = accepts;
        letters.length = 0;
        newLines();
        const answer = await door(given, lambdaContext()).catch((error: unknown) => error);
        if (answer instanceof Error) {
          // The batch as a whole: it stays in the queue.
          expect(answer.message).toMatch(/^This is no event of SQS/);
          expect(newLines()).toEqual([]);
          return;
        }
        const { batchItemFailures } = JSON.parse(JSON.stringify(answer));
        const batch = (given as { Records: { messageId: string }[] }).Records.map(({ messageId }) => messageId);
        const failed: string[] = batchItemFailures.map(
          ({ itemIdentifier }: { itemIdentifier: string }) => itemIdentifier,
        );
        expect(new Set(failed).size).toBe(failed.length);
        for (const id of failed) expect(batch.filter((known) => known !== '')).toContain(id);
        const succeeded = newLines().flatMap(({ outcome, messageId }) => (outcome === undefined ? [] : [messageId]));
        for (const id of new Set(batch)) {
          const times = batch.filter((same) => same === id).length;
          const proven = [...succeeded, ...letters].filter((same) => same === id).length;
          expect(failed.includes(id)).toBe(proven < times);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('the workflow door, given any input', () => {
  const input = fc.oneof(
    request,
    damaged({ check: true, orgId: ORG }),
    hostileValue,
    fc.anything({ withBigInt: false, withMap: true, withNullPrototype: true, withDate: true }),
  );

  it('gives a result, or an error by a name of the table whose message is JSON', async () => {
    const { service, invite, isInvited, newLines } = await open();
    const invoke = lambdaRuntime(createWorkflowDoor(service), 30);
    await fc.assert(
      fc.asyncProperty(input, async (given) => {
        invite();
        newLines();
        const ended = await invoke(given);
        const [line, ...more] = newLines();
        expect(more).toEqual([]);
        if ('error' in ended) {
          const { errorType, errorMessage, trace } = ended.error;
          expect(Object.keys(FAILURES)).toContain(errorType);
          expect(JSON.parse(errorMessage)).toMatchObject({ name: errorType, detail: expect.any(String) });
          expect(trace.join('')).toBe('');
          expect(line).toMatchObject({ failure: errorType });
          expect(isInvited()).toBe(true);
        } else {
          expect(line).not.toHaveProperty('failure');
          expect(isInvited()).toBe(line?.['outcome'] !== 'cancelled');
        }
      }),
      { numRuns: 200 },
    );
  });
});
