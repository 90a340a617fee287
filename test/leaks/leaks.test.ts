import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../infra/emulators/loopback/faults.ts';
import { lambdaRuntime } from '../../infra/local/lambda-runtime.ts';
import { createHttpDoor } from '../../lib/http/door.ts';
import { createWorkflowDoor } from '../../lib/workflow/door.ts';
import { startQueueStage } from '../queue/stage.ts';
import { Canaries, plantSentCredentials, watchProcessOutputs } from '../support/canaries.ts';
import { manualClock } from '../support/clock.ts';
import { httpDoor } from '../support/http-door.ts';
import { deleteInvitation, type HttpRequest, payloadV2, postCancellation } from '../support/http-events.ts';
import { SECRET_ID, type Stage, startStage } from '../support/stage.ts';
import { hostileAnswers } from './hostile.ts';

const PERSON = 'planted.person+tag@leaks.example.com';
const KINDS = ['service account', 'API key'] as const;
type Kind = (typeof KINDS)[number];

/** A stage whose secrets are planted, and the person whom its requests are about. */
async function plantOn<T extends Stage>(stage: T, kind: Kind = 'service account') {
  const { organization, account, secretsManager, log } = stage;
  const canaries = new Canaries();
  const sent = plantSentCredentials(canaries);
  watchProcessOutputs(canaries);
  const { clientId, clientSecret } = account;
  const { publicKey, privateKey } = organization.addApiKey();
  canaries.plant('the client secret', clientSecret);
  canaries.plant('the Basic credentials', `${clientId}:${clientSecret}`);
  canaries.plant('the private key', privateKey);
  canaries.plant('the address', PERSON);
  secretsManager.put(SECRET_ID, kind === 'API key' ? { publicKey, privateKey } : { clientId, clientSecret });
  const { invitationId } = organization.invite(PERSON);
  return {
    ...stage,
    canaries,
    /** All that Atlas was told and could say back. */
    told: () => [sent.last, ...(kind === 'API key' ? [] : [`${clientId}:${clientSecret}`, clientSecret]), PERSON],
    sent,
    invitationId,
    sightings: () => {
      canaries.watch('log', log.text);
      return canaries.sightings;
    },
  };
}

/** Requests of every kind about the planted person. */
function requestsAbout({ organization, invitationId }: { organization: { id: string }; invitationId: string }) {
  const orgId = organization.id;
  return [
    { orgId, invitationId },
    { orgId, invitationId, username: PERSON, reason: `asked for by ${PERSON}` },
    { orgId, username: PERSON },
    { orgId, username: PERSON, ifAccepted: 'remove', dryRun: true },
  ];
}

/** What a caller might send along: none of it is ours to write. */
function sensitiveHeaders(canaries: Canaries): Record<string, string> {
  return {
    authorization: `Bearer ${canaries.plant("the caller's own token", 'planted-caller-token-xxxxxxxx')}`,
    cookie: `session=${canaries.plant("the caller's cookie", 'planted-session-cookie-xxxxxxxx')}`,
    'x-amz-security-token': canaries.plant("the caller's session token", 'planted-security-token-xxxxxxxx'),
    'x-request-id': `asked for by ${PERSON}`,
  };
}

describe.each(KINDS)('with a hostile Atlas that says back all that it was told (%s)', (kind) => {
  it('the HTTP door lets nothing out: no answer, no error, no log line', async () => {
    const planted = await plantOn(await startStage(), kind);
    const { atlas, service, canaries, told, sightings } = planted;
    const door = createHttpDoor(service);
    const headers = sensitiveHeaders(canaries);
    const { organization, invitationId } = planted;
    const events = [
      ...requestsAbout(planted).map((request) => payloadV2(postCancellation(request, { headers }))),
      payloadV2(deleteInvitation(organization.id, invitationId, { headers })),
    ];
    await door(events[0]).catch(() => undefined);
    let answers = 0;
    for (const [index, fault] of hostileAnswers(told()).entries()) {
      atlas.faults.always(({ path }) => (path.startsWith('/api/atlas/') ? fault : undefined));
      const event = events[index % events.length];
      // A success tells the caller whom it was about.
      await door(event).then(
        (answer) => canaries.watch('headers', answer.headers),
        (error: unknown) => canaries.watch('error', error),
      );
      answers += 1;
    }
    expect(answers).toBeGreaterThan(150);
    expect(sightings()).toEqual([]);
  });

  it('the workflow door lets nothing out: no error, no trace, no preflight', async () => {
    const planted = await plantOn(await startStage(), kind);
    const { atlas, service, organization, canaries, told, sightings } = planted;
    const invoke = lambdaRuntime(createWorkflowDoor(service), 30);
    const inputs = [...requestsAbout(planted), { check: true, orgId: organization.id }];
    await invoke(inputs[0]);
    for (const [index, fault] of hostileAnswers(told()).entries()) {
      atlas.faults.always(({ path }) => (path.startsWith('/api/atlas/') ? fault : undefined));
      const ended = await invoke(inputs[index % inputs.length]);
      if ('error' in ended) canaries.watch('error', ended.error);
    }
    expect(sightings()).toEqual([]);
  });
});

describe('a hostile token endpoint', () => {
  it('finds nothing of what it says back in answers, errors and log lines', async () => {
    const clock = manualClock();
    const planted = await plantOn(await startStage({ clock }));
    const { atlas, service, canaries, told, sightings } = planted;
    const [first] = requestsAbout(planted);
    const endings = new Set<unknown>();
    for (const fault of hostileAnswers(told())) {
      atlas.faults.always(({ path }) => (path.startsWith('/api/oauth/') ? fault : undefined));
      // A refusal stands for a minute.
      clock.advance(60_000);
      const answer = await httpDoor(service).request(postCancellation(first, { receivedAt: clock.now() }));
      canaries.watch('answer', answer);
      endings.add((answer.json as { errorCode?: string } | undefined)?.errorCode);
    }
    expect(endings.size).toBeGreaterThan(3);
    expect(sightings()).toEqual([]);
  });
});

describe('a secret that can not be used', () => {
  it('is not quoted, whatever is wrong with it', async () => {
    const planted = await plantOn(await startStage());
    const { account, secretsManager, newService, clock, canaries, sightings } = planted;
    const { clientId, clientSecret } = account;
    const whole = JSON.stringify({ clientId, clientSecret });
    const values = [
      clientSecret,
      whole.slice(0, -1),
      whole.replace(':', ''),
      `[${whole}]`,
      JSON.stringify({ [clientSecret]: clientId }),
      JSON.stringify({ clientId: `${clientId}:${clientSecret}`, clientSecret }),
      JSON.stringify({ clientId, clientSecret: `${clientSecret}\n` }),
      JSON.stringify({ clientId, clientSecret, baseUrl: `https://${clientSecret}.example.com` }),
      JSON.stringify({ clientId, clientSecret, orgId: clientSecret }),
      JSON.stringify({ clientId, clientSecret, publicKey: clientSecret }),
      new TextEncoder().encode(whole),
    ];
    const answers: Fault[] = [
      whole,
      `{"SecretString":${JSON.stringify(whole).slice(0, -9)}`,
      `{"SecretString":${whole}}`,
    ].flatMap((body) =>
      [200, 400, 500].map((status) => ({ status, headers: { 'Content-Type': 'application/x-amz-json-1.1' }, body })),
    );
    const [first] = requestsAbout(planted);
    const attempt = async () => {
      const answer = await httpDoor(newService()).request(postCancellation(first, { receivedAt: clock.now() }));
      canaries.watch('answer', answer);
      expect(answer.statusCode).toBeGreaterThanOrEqual(500);
    };
    for (const value of values) {
      secretsManager.put(SECRET_ID, value);
      await attempt();
    }
    secretsManager.put(SECRET_ID, whole);
    for (const fault of answers) {
      secretsManager.faults.always(() => fault);
      await attempt();
    }
    expect(sightings()).toEqual([]);
  });

  it('is not quoted from the environment either', async () => {
    const planted = await plantOn(await startStage());
    const { account, newService, clock, canaries, sightings } = planted;
    const { clientSecret } = account;
    const environments = [
      { MONGODB_ATLAS_CLIENT_SECRET: clientSecret },
      { MONGODB_ATLAS_CLIENT_ID: `a:${clientSecret}`, MONGODB_ATLAS_CLIENT_SECRET: clientSecret },
      { MONGODB_ATLAS_CLIENT_ID: 'a', MONGODB_ATLAS_CLIENT_SECRET: `${clientSecret} x` },
      { ATLAS_BASE_URL: `http://user:${clientSecret}@example.com` },
      { ATLAS_ALLOWED_ORG_IDS: clientSecret, DEAD_LETTER_QUEUE_URL: clientSecret },
    ];
    const [first] = requestsAbout(planted);
    for (const environment of environments) {
      const service = newService({ ATLAS_SECRET_ID: '', AWS_LAMBDA_FUNCTION_NAME: 'f', ...environment });
      canaries.watch('answer', await httpDoor(service).request(postCancellation(first, { receivedAt: clock.now() })));
    }
    expect(sightings()).toEqual([]);
  });
});

describe('a request', () => {
  it('is never written with the address that it holds, however malformed it is', async () => {
    const planted = await plantOn(await startStage());
    const { service, organization, invitationId, canaries, sightings } = planted;
    const orgId = organization.id;
    const headers = sensitiveHeaders(canaries);
    const requests: HttpRequest[] = [
      postCancellation({ orgId, username: `${PERSON} ` }, { headers }),
      postCancellation({ orgId, username: [PERSON] }, { headers }),
      postCancellation({ orgId, [PERSON]: true }, { headers }),
      postCancellation({ orgId: PERSON, invitationId: PERSON, userId: PERSON }, { headers }),
      postCancellation({ orgId, username: PERSON, ifAccepted: PERSON, reason: PERSON.repeat(20) }, { headers }),
      { ...postCancellation({}), body: `{"username":"${PERSON}` },
      { ...postCancellation({}), body: PERSON, isBase64Encoded: true },
      deleteInvitation(PERSON, PERSON, { headers }),
      deleteInvitation(orgId, invitationId, { headers, query: `${encodeURIComponent(PERSON)}=${PERSON}` }),
      deleteInvitation(orgId, invitationId, { headers, query: `ifAccepted=${encodeURIComponent(PERSON)}` }),
    ];
    for (const request of requests) {
      const answer = await httpDoor(service).request(request);
      canaries.watch('answer', answer);
      expect(answer.statusCode).toBe(400);
    }
    expect(sightings()).toEqual([]);
  });

  it('that succeeds is logged without the address', async () => {
    const planted = await plantOn(await startStage());
    const { service, organization, canaries, sightings } = planted;
    const headers = sensitiveHeaders(canaries);
    const answer = await httpDoor(service).request(
      postCancellation({ orgId: organization.id, username: PERSON, reason: PERSON }, { headers }),
    );
    expect(answer.json).toMatchObject({ outcome: 'cancelled', username: PERSON });
    expect(sightings()).toEqual([]);
  });
});

describe('a dead letter', () => {
  it('says why it is one without a secret or an address; only its body is as it came', async () => {
    const planted = await plantOn(await startQueueStage());
    const { atlas, queue, deliver, organization, canaries, told, sightings } = planted;
    const bodies = [
      ...requestsAbout(planted).map((request) => JSON.stringify(request)),
      JSON.stringify({ orgId: organization.id, username: PERSON, [PERSON]: PERSON }),
      `{"username":"${PERSON}`,
    ];
    await deliver();
    for (const MessageBody of bodies) {
      await queue.client.send(new SendMessageCommand({ QueueUrl: queue.queue.url, MessageBody }));
    }
    const lasting = hostileAnswers([...told(), 'x']).filter(({ status }) => status === 400 || status === 403);
    let turn = 0;
    atlas.faults.always(({ path }) => {
      turn += 1;
      return path.startsWith('/api/atlas/') ? lasting[turn % lasting.length] : undefined;
    });
    await deliver();
    const { Messages = [] } = await queue.client.send(
      new ReceiveMessageCommand({
        QueueUrl: queue.deadLetterQueue.url,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
      }),
    );
    expect(Messages.length).toBeGreaterThan(2);
    for (const { Body, MessageAttributes } of Messages) {
      expect(bodies).toContain(Body);
      canaries.watch('dead letter', MessageAttributes);
    }
    expect(sightings()).toEqual([]);
  });
});

describe('the search itself', () => {
  it('finds what is planted in text, in other spellings, in causes, in hidden fields and in what was sent', async () => {
    const { service, organization, canaries, sent, sightings } = await plantOn(await startStage());
    expect(sightings()).toEqual([]);
    await httpDoor(service).request(postCancellation({ orgId: organization.id, username: 'nobody@example.com' }));
    expect([...sent.schemes].sort()).toEqual(['Basic', 'Bearer']);
    const token = sent.last.replace('Bearer ', '');
    canaries.watch('1', `token ${token}`);
    canaries.watch('2', { deep: { deeper: [Buffer.from(PERSON).toString('base64')] } });
    canaries.watch('3', new Error('outer', { cause: new Error(`inner ${encodeURIComponent(PERSON)}`) }));
    canaries.watch('4', Object.defineProperty({}, 'hidden', { value: PERSON.toUpperCase(), enumerable: false }));
    process.stdout.write(`${PERSON}\n`);
    const seen = canaries.sightings.map(({ canary, where }) => `${where.split(':', 1)[0]}: ${canary}`);
    expect(seen).toEqual([
      "1: the Bearer header's value",
      '2: the address',
      '3: the address',
      '4: the address',
      'stdout: the address',
    ]);
  });
});
