import { expect } from 'vitest';
import type { DoorAnswer } from '../support/http-door.ts';
import { REQUEST_ID } from '../support/lambda.ts';
import { ANN, openDoor } from './support.ts';

/** Sends events that must be refused before anything is sent to anybody. */
export async function refuseAll(events: readonly unknown[]): Promise<DoorAnswer[]> {
  const { door, atlas, secretsManager, log, open } = await openDoor();
  const answers: DoorAnswer[] = [];
  for (const event of events) answers.push(await door.send(event));
  expect(atlas.requests).toEqual([]);
  expect(secretsManager.requests).toEqual([]);
  expect(open()).toEqual([ANN]);
  expect(log.lines).toHaveLength(events.length);
  for (const line of log.lines) expect(line).toMatchObject({ door: 'http', requestId: REQUEST_ID, tries: 0 });
  expect(log.text.length).toBeLessThan(5_000 * events.length);
  for (const { body } of answers) expect(body?.length).toBeLessThan(10_000);
  return answers;
}

export async function refuse(event: unknown): Promise<DoorAnswer> {
  const [answer] = await refuseAll([event]);
  if (!answer) throw new Error('no answer');
  return answer;
}
