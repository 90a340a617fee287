import { judge, type Verdict } from '../../lib/atlas/judge.ts';
import type { Resource } from '../../lib/atlas/resource.ts';
import type { Answer } from '../../lib/transport/exchange.ts';
import { callOn } from '../support/call.ts';
import { NOW } from '../support/clock.ts';
import { type StageOptions, startStage } from '../support/stage.ts';

/** An answer with an error in Atlas's schema. */
export function error(status: number, errorCode: string, more: object = {}): Answer {
  const body = JSON.stringify({ detail: 'Why.', error: status, errorCode, parameters: [], reason: 'Reason', ...more });
  return { status, headers: { 'content-type': 'application/json' }, body, complete: true };
}

export function bare(status: number, body = '', headers: Answer['headers'] = {}): Answer {
  return { status, headers, body, complete: true };
}

export function verdictOf(answer: Answer, resource: Resource = 'invites', expected: 200 | 204 = 204): Verdict {
  return judge(answer, resource, expected, NOW);
}

export function failureOf(answer: Answer, resource?: Resource, expected?: 200 | 204) {
  const verdict = verdictOf(answer, resource, expected);
  if (verdict.kind !== 'failure') throw new Error(`judged as ${verdict.kind}`);
  return verdict.failure;
}

/** A stage with one invitation, and the operations of its service. */
export async function startOperations(options?: StageOptions) {
  const stage = await startStage(options);
  const { invitationId, userId } = stage.organization.invite('Ann@example.com');
  const { operations } = stage.service.deployment;
  const api = () => stage.atlas.requests.filter(({ path }) => path.startsWith('/api/atlas/'));
  return { ...stage, operations, call: callOn(stage), invitationId, userId, api };
}

export type Started = Awaited<ReturnType<typeof startOperations>>;
