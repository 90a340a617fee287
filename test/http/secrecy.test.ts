import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import type { Fault } from '../../infra/emulators/loopback/faults.ts';
import { httpDoor } from '../support/http-door.ts';
import { type HttpRequest, payloadV1, postCancellation, USER_ARN } from '../support/http-events.ts';
import { rawAnswer, startRawServer } from '../support/raw-server.ts';
import { SECRET_ID } from '../support/stage.ts';
import { ANN, type OpenDoor, openDoor } from './support.ts';

const PERSON = 'ann.smith-jones@example.com';
const byName = ({ orgId }: OpenDoor, more: object = {}) =>
  postCancellation({ orgId, username: PERSON, reason: `asked for by ${PERSON}`, ...more });

/** Everything that goes to the log, and to the console that Lambda makes log lines of. */
function listen() {
  const heard: unknown[][] = [];
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation((...said: unknown[]) => void heard.push(said));
  }
  onTestFinished(() => void vi.restoreAllMocks());
  return heard;
}

/** An Atlas that repeats what it was told, headers and all, in the error that it answers with. */
const ECHOES: [string, (authorization: string) => string][] = [
  ['in the detail', (heard) => JSON.stringify({ errorCode: 'VALIDATION_ERROR', detail: `You said ${heard}` })],
  [
    'in the parameters',
    (heard) => JSON.stringify({ errorCode: 'VALIDATION_ERROR', parameters: [{ [heard]: [heard] }] }),
  ],
  [
    'in a refused field',
    (heard) =>
      JSON.stringify({
        errorCode: 'VALIDATION_ERROR',
        badRequestDetail: { fields: [{ field: heard, description: heard }] },
      }),
  ],
  ['in a page of HTML', (heard) => `<html>${heard}</html>`],
];

describe('no secret and no token', () => {
  it.each(ECHOES)('is in a log line or an answer, though Atlas repeats it %s', async (_, echo) => {
    const heard = listen();
    const token = `eyJ${'x'.repeat(60)}.${'y'.repeat(60)}.${'z'.repeat(60)}`;
    const echoing = await startRawServer(({ target, head }) => {
      const authorization = /authorization: (.*)/i.exec(head)?.[1] ?? '';
      const isToken = target.startsWith('POST');
      const body = isToken
        ? JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: 3600 })
        : echo(authorization);
      return rawAnswer(isToken ? 200 : 400, { 'Content-Length': body.length }, body);
    });
    const { newService, deletion, log } = await openDoor();
    const answer = await httpDoor(newService({ ATLAS_BASE_URL: echoing.url })).request(deletion());
    expect(echoing.requests.some(({ head }) => head.includes(token))).toBe(true);
    for (const text of [log.text, answer.body ?? '', JSON.stringify(heard)]) {
      for (const part of ['xxxx', 'yyyy', 'zzzz']) expect(text).not.toContain(part);
    }
  });

  it.each<[string, (secret: string) => (stage: OpenDoor) => void]>([
    [
      'the token endpoint repeats it',
      (secret) =>
        ({ atlas }) =>
          atlas.faults.always(() => ({
            status: 400,
            body: { error: 'invalid_client', error_description: `not ${secret}` },
          })),
    ],
    [
      'the secret is malformed',
      (secret) =>
        ({ secretsManager }) =>
          void secretsManager.put(SECRET_ID, `{"clientId":"x","clientSecret":"${secret} "`),
    ],
    [
      'the secret has a wrong key',
      (secret) =>
        ({ secretsManager }) =>
          void secretsManager.put(SECRET_ID, { clientId: 'x', client_secret: secret }),
    ],
    [
      'Secrets Manager repeats it',
      (secret) =>
        ({ secretsManager }) =>
          secretsManager.faults.always(() => ({
            status: 400,
            body: { __type: 'AccessDeniedException', Message: secret },
          })),
    ],
  ])('is in a log line or an answer where %s', async (_, arrange) => {
    const heard = listen();
    const stage = await openDoor();
    arrange(stage.account.clientSecret)(stage);
    const answer = await stage.cancel();
    expect(answer.statusCode).toBeGreaterThanOrEqual(500);
    for (const text of [stage.log.text, answer.body ?? '', JSON.stringify(heard)]) {
      expect(text).not.toContain(stage.account.clientSecret.slice(0, 20));
      expect(text).not.toContain('xxxx');
    }
  });
});

describe('no address', () => {
  it.each<[string, (stage: OpenDoor) => HttpRequest, (stage: OpenDoor) => void]>([
    ['of a cancelled invitation', (stage) => byName(stage), ({ organization }) => void organization.invite(PERSON)],
    [
      'of a dry run',
      (stage) => byName(stage, { dryRun: true }),
      ({ organization }) => void organization.invite(PERSON),
    ],
    ['of someone who is not there', (stage) => byName(stage), () => {}],
    ['of a member', (stage) => byName(stage), ({ organization }) => void organization.addMember(PERSON)],
    ['of someone else’s invitation', (stage) => byName(stage, { invitationId: stage.invitationId }), () => {}],
    ['of a refused request', (stage) => byName(stage, { orgId: 'x' }), () => {}],
    ['in a field name', (stage) => byName(stage, { [PERSON]: true }), () => {}],
    [
      'in a header',
      (stage) => ({ ...byName(stage), headers: { 'X-Request-Id': PERSON, traceparent: PERSON } }),
      () => {},
    ],
    [
      'that Atlas repeats',
      (stage) => byName(stage),
      ({ atlas }) =>
        atlas.faults.always(
          (): Fault => ({
            status: 404,
            body: { errorCode: 'ORG_NOT_FOUND', detail: `No ${PERSON}`, parameters: [PERSON] },
          }),
        ),
    ],
    [
      'that stands in a path which Atlas repeats',
      (stage) => byName(stage),
      ({ atlas }) =>
        atlas.faults.always(
          (): Fault => ({
            status: 404,
            body: { errorCode: 'ORG_NOT_FOUND', detail: `No /byName/${encodeURIComponent(PERSON)}` },
          }),
        ),
    ],
    ['where Atlas is lost', (stage) => byName(stage), ({ atlas }) => atlas.faults.always(failures.resetBeforeActing)],
  ])('is in a log line, and none in an error: %s', async (_, ask, arrange) => {
    const heard = listen();
    const stage = await openDoor();
    arrange(stage);
    const answer = await stage.door.request(ask(stage));
    const quiet = [stage.log.text, JSON.stringify(heard), ...(answer.statusCode >= 400 ? [answer.body ?? ''] : [])];
    for (const text of quiet) {
      for (const part of ['smith', ANN, 'ann.s']) expect(text).not.toContain(part);
    }
    expect(stage.log.lines).toHaveLength(1);
    expect(heard).toEqual([]);
  });

  it('of the person who asked is in a log line, where the session bears it', async () => {
    const { door, deletion, log } = await openDoor();
    const event = payloadV1(deletion());
    event.requestContext.identity.userArn = USER_ARN.replace('session', PERSON);
    await door.send(event);
    expect(log.line).toMatchObject({ askedBy: 'arn:aws:sts::123456789012:assumed-role/caller/a***@example.com' });
  });

  it('is kept from the caller who asked by it: the result has it whole', async () => {
    const stage = await openDoor();
    stage.organization.invite(PERSON);
    const { json } = await stage.door.request(byName(stage));
    expect(json).toMatchObject({ outcome: 'cancelled', username: PERSON });
    expect(stage.log.line).toMatchObject({ username: 'a***@example.com', reason: 'asked for by a***@example.com' });
  });
});

describe('no metric', () => {
  it('has an id or an address for a dimension', async () => {
    const stage = await openDoor();
    stage.organization.invite(PERSON);
    await stage.door.request(byName(stage));
    await stage.door.request(byName(stage, { ifAccepted: 'x' }));
    expect(stage.log.metrics).toHaveLength(2);
    for (const line of stage.log.metrics) {
      const { CloudWatchMetrics } = line['_aws'] as { CloudWatchMetrics: { Dimensions: string[][] }[] };
      const dimensions = CloudWatchMetrics.flatMap(({ Dimensions }) => Dimensions.flat());
      expect(dimensions.filter((name) => name !== 'service' && name !== 'failure')).toEqual([]);
    }
  });
});
