import { describe, expect, it } from 'vitest';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import { failures as awsFailures } from '../../infra/emulators/secrets-manager/aws-error.ts';
import { systemClock } from '../../lib/clock.ts';
import { NOW } from '../support/clock.ts';
import { httpDoor } from '../support/http-door.ts';
import { deleteUser, postCancellation } from '../support/http-events.ts';
import { rawAnswer, rawJson, startRawServer } from '../support/raw-server.ts';
import { ANN, errorOf, type OpenDoor, openDoor } from './support.ts';

/** Milliseconds of Lambda, or of API Gateway, that leave 60 for the work: half a second is kept for the way back. */
const LITTLE = 560;
/** An answer this late would have come from a limit of one try, one read or one exchange, not from the deadline. */
const LATE = 2_500;

const short = () => openDoor({ clock: systemClock });

async function timed<T>(work: Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const done = await work;
  expect(performance.now() - startedAt).toBeLessThan(LATE);
  return done;
}

/** A warm function: secret and token are there, and a connection is open. */
async function warm(stage: OpenDoor): Promise<void> {
  await stage.cancel({ query: 'dryRun=true' });
  stage.atlas.requests.length = 0;
}

describe('the answer leaves in time where', () => {
  it.each<[string, (stage: OpenDoor) => void]>([
    ['Atlas never answers', ({ atlas }) => atlas.faults.always(() => failures.neverAnswers())],
    ['Atlas acts and never answers', ({ atlas }) => atlas.faults.always(() => failures.neverAnswers(true))],
    ['Atlas never ends its answer to a deletion', ({ atlas }) => atlas.faults.always(() => failures.slowBody())],
    ['Atlas asks to wait for longer than is left', ({ atlas }) => atlas.faults.always(() => failures.rateLimited(3))],
    ['Atlas resets every connection', ({ atlas }) => atlas.faults.always(() => failures.resetBeforeActing())],
  ])('%s', async (_, arrange) => {
    const stage = await short();
    await warm(stage);
    arrange(stage);
    const { error } = errorOf(await timed(stage.cancel({}, LITTLE)));
    expect([429, 502, 504]).toContain(error);
  });

  it('no answer of Atlas comes: it is AtlasTimeout', async () => {
    const stage = await short();
    await warm(stage);
    stage.atlas.faults.always(() => failures.neverAnswers());
    const answer = await timed(stage.cancel({}, LITTLE));
    expect(errorOf(answer)).toMatchObject({ error: 504, errorCode: 'ATLAS_TIMEOUT' });
    expect(answer.headers).not.toHaveProperty('retry-after');
    expect(stage.log.lines.at(-1)).toMatchObject({ failure: 'AtlasTimeout', level: 'WARN' });
    expect(stage.atlas.requests.length).toBeLessThanOrEqual(1);
    expect(stage.open()).toEqual([ANN]);
  });

  it.each<[string, (stage: OpenDoor) => void, string]>([
    [
      'the token endpoint never answers',
      ({ atlas }) => atlas.faults.always(() => failures.neverAnswers()),
      'ATLAS_TIMEOUT',
    ],
    [
      'Secrets Manager never answers',
      ({ secretsManager }) => secretsManager.faults.always(awsFailures.neverAnswers),
      'ATLAS_TIMEOUT',
    ],
  ])('%s', async (_, arrange, code) => {
    const stage = await short();
    arrange(stage);
    expect(errorOf(await timed(stage.cancel({}, LITTLE)))).toMatchObject({ error: 504, errorCode: code });
    expect(stage.api()).toHaveLength(0);
  });

  it.each<[string, (stage: OpenDoor) => Parameters<OpenDoor['door']['request']>[0]]>([
    ['a list', ({ orgId }) => postCancellation({ orgId, username: ANN })],
    ['a user', ({ orgId, userId }) => deleteUser(orgId, userId)],
  ])('Atlas never ends its answer to a reading: %s', async (_, ask) => {
    const stage = await short();
    await warm(stage);
    stage.atlas.faults.always(({ method }) => (method === 'GET' ? failures.slowBody() : undefined));
    expect([502, 504]).toContain(errorOf(await timed(stage.door.request(ask(stage), LITTLE))).error);
    expect(stage.open()).toEqual([ANN]);
  });

  it('a server takes the connection and no more: no TLS handshake', async () => {
    const silent = await startRawServer(() => undefined);
    const { newService, deletion } = await short();
    const door = httpDoor(newService({ ATLAS_BASE_URL: silent.url.replace('http:', 'https:') }));
    expect(errorOf(await timed(door.request(deletion(), LITTLE)))).toMatchObject({ error: 504 });
  });

  it('a server drips its answer for ever', async () => {
    const token = rawJson(200, { access_token: 'x'.repeat(40), token_type: 'Bearer', expires_in: 3600 });
    const dripping = await startRawServer(({ target, socket }) => {
      if (target.startsWith('POST')) return token;
      const drip = () => socket.destroyed || socket.write('1\r\nx\r\n', () => setImmediate(drip));
      socket.write(rawAnswer(200, { 'Transfer-Encoding': 'chunked' }), drip);
      return undefined;
    });
    const { newService, deletion } = await short();
    const door = httpDoor(newService({ ATLAS_BASE_URL: dripping.url }));
    expect([502, 504]).toContain(errorOf(await timed(door.request(deletion(), LITTLE))).error);
  });
});

describe('the deadline', () => {
  it('is the gateway’s where a cold start has eaten its patience, though Lambda has all its time', async () => {
    const stage = await openDoor();
    await warm(stage);
    stage.atlas.faults.always(() => failures.neverAnswers());
    const receivedAt = NOW - 30_000 + LITTLE;
    expect(errorOf(await timed(stage.cancel({ receivedAt }, 60_000)))).toMatchObject({ error: 504 });
  });

  it.each([499, 0, -1])('has passed where Lambda has %i ms left: nothing is asked of Atlas', async (remaining) => {
    const stage = await short();
    await warm(stage);
    expect(errorOf(await timed(stage.cancel({}, remaining)))).toMatchObject({ error: 504, errorCode: 'ATLAS_TIMEOUT' });
    expect(stage.api()).toHaveLength(0);
    expect(stage.open()).toEqual([ANN]);
  });

  it('of one request is none of another that waits for the same token', async () => {
    const stage = await short();
    const held = Promise.withResolvers<void>();
    stage.atlas.faults.next({ delivery: 'hold', until: held.promise }, /oauth\/token/);
    const bob = stage.organization.invite('bob@example.com');
    const patient = stage.door.request(postCancellation({ orgId: stage.orgId, invitationId: bob.invitationId }));
    expect(errorOf(await timed(stage.cancel({}, LITTLE)))).toMatchObject({ error: 504 });
    held.resolve();
    expect(await patient).toMatchObject({ statusCode: 200 });
    expect(stage.atlas.counts.tokensMinted).toBe(1);
  });
});
