import * as v from 'valibot';
import type { Failure } from '../../lib/failures.ts';
import type { VirtualTime } from '../queue/simulation/virtual-time.ts';
import { deleteInvitation, deleteUser, type HttpRequest, payloadV2, postCancellation } from '../support/http-events.ts';
import type { Ask } from './asks.ts';
import { type Container, Killed } from './function.ts';
import type { Ending } from './invariants.ts';
import type { Outputs } from './outputs.ts';

/** Times that a caller tries before giving up, and milliseconds between two of them, at the most. */
const MOST_TRIES = 40;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;

/** What a status says for good (the failures that no later try can help); every other one is tried again. */
const NAMES: Readonly<Record<number, Failure['name']>> = {
  400: 'InvalidRequest',
  403: 'Forbidden',
  404: 'InvitationNotFound',
  409: 'InvitationAccepted',
  410: 'InvitationApiSunset',
};
const Report = v.object({ name: v.string(), retryAfter: v.optional(v.number()) });
const FINAL = new Set<string>(Object.values(NAMES));

/** Done, refused for good, or to be tried again, in so many seconds where the answer says so. */
type Answer = 'done' | { readonly refused: string } | { readonly retryAfter: number };

export interface Surroundings {
  readonly time: VirtualTime;
  readonly outputs: Outputs;
  /** From 0 to 1. */
  readonly random: () => number;
  /** A container that is alive. */
  readonly container: () => Container;
}

/** Asks through the HTTP or the workflow door until there is an answer that no later try can better. */
export async function call(ask: Ask, surroundings: Surroundings): Promise<Ending | undefined> {
  const { time, random } = surroundings;
  const once = ask.door === 'http' ? callHttp : callWorkflow;
  for (let tried = 1; tried <= MOST_TRIES; tried += 1) {
    const answer = await once(ask, surroundings);
    if (answer === 'done') return { kind: 'done', at: time.now() };
    if ('refused' in answer) return { kind: 'refused', name: answer.refused, at: time.now() };
    const pause = Math.min(FIRST_PAUSE * 2 ** tried, LONGEST_PAUSE);
    await time.wait(answer.retryAfter * 1_000 + pause * random());
  }
  return undefined;
}

async function callHttp(ask: Ask, { time, outputs, container }: Surroundings): Promise<Answer> {
  try {
    const { statusCode, headers, body = '' } = await container().http(payloadV2(httpRequest(ask, time.now())));
    if (statusCode < 300) {
      outputs.inspectResult(body);
      return 'done';
    }
    outputs.inspect(body);
    const refused = NAMES[statusCode];
    return refused ? { refused } : { retryAfter: Number(headers['retry-after'] ?? 0) };
  } catch (error) {
    return afterDeath(error);
  }
}

function httpRequest({ id, request, organization }: Ask, receivedAt: number): HttpRequest {
  const { invitationId, userId } = request;
  const extras = { receivedAt, headers: { 'x-request-id': id } };
  if (Object.keys(request).length > 2 || !(invitationId || userId)) return postCancellation(request, extras);
  const orgId = `${request['orgId'] ?? organization.id}`;
  return userId ? deleteUser(orgId, `${userId}`, extras) : deleteInvitation(orgId, `${invitationId}`, extras);
}

async function callWorkflow({ id, request }: Ask, { outputs, container }: Surroundings): Promise<Answer> {
  try {
    outputs.inspectResult(JSON.stringify(await container().workflow(request, id)));
    return 'done';
  } catch (error) {
    if (error instanceof Killed || !(error instanceof Error)) return afterDeath(error);
    outputs.inspect(`${error.message}${error.stack}`);
    const { name, retryAfter = 0 } = v.parse(Report, JSON.parse(error.message));
    return FINAL.has(name) ? { refused: name } : { retryAfter };
  }
}

/** Lambda tells that a function ended without an answer, and nothing else is known. */
function afterDeath(error: unknown): Answer {
  if (error instanceof Killed) return { retryAfter: 0 };
  throw error;
}
