import { describe, expect, it } from 'vitest';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import type { Fault } from '../../infra/emulators/loopback/faults.ts';
import { callOn } from '../support/call.ts';
import { manualClock, NOW } from '../support/clock.ts';
import { deleteInvitation } from '../support/http-events.ts';
import { rawAnswer, rawJson, startRawServer } from '../support/raw-server.ts';
import { ANN, errorOf, openDoor, openDoorTo } from './support.ts';

const inSeconds = (seconds: number) => new Date(NOW + seconds * 1000).toUTCString();

describe('what can pass within a second is tried again', () => {
  it.each<[string, Fault[]]>([
    ['a reset', [failures.resetBeforeActing()]],
    ['a connection that ends without a byte', [failures.staleKeepAlive()]],
    ['a 500', [failures.unexpectedError()]],
    ['a 503 without a body', [failures.emptyUnavailable()]],
    ['a 502 with HTML', [failures.badGateway()]],
    ['an upgrade', [failures.appUpgrade()]],
    ['a conflict', [failures.conflict()]],
    ['an empty 403', [failures.emptyForbidden()]],
    ['three of them', [failures.resetBeforeActing(), failures.appUpgrade(), failures.unexpectedError()]],
  ])('%s', async (_, faults) => {
    const { cancel, open, api, log, waits, atlas } = await openDoorTo(...faults);
    expect(await cancel()).toMatchObject({ statusCode: 204 });
    expect(log.line).toMatchObject({ outcome: 'cancelled', confirmed: true, tries: faults.length + 1 });
    expect(api()).toHaveLength(faults.length + 1);
    // The first try goes over the connection that brought the token: a reset of it is no reason to wait.
    const unwaited = faults.length - waits.length;
    expect([0, 1]).toContain(unwaited);
    for (const [index, wait] of waits.entries()) expect(wait).toBeLessThanOrEqual(100 * 2 ** (index + unwaited));
    expect(open()).toEqual([]);
    expect(atlas.faults.pending).toBe(0);
  });

  it('but four times are enough', async () => {
    const { cancel, api, waits } = await openDoorTo(...Array<Fault>(5).fill(failures.unexpectedError()));
    expect(errorOf(await cancel())).toMatchObject({ error: 502, errorCode: 'UNEXPECTED_ERROR' });
    expect(api()).toHaveLength(4);
    expect(waits).toHaveLength(3);
  });
});

describe('what Atlas asks to wait is waited where it is short', () => {
  it.each<[string, Fault, number]>([
    ['one second', failures.rateLimited(1), 1_000],
    ['three seconds', failures.rateLimited(3), 3_000],
    ['0, which is taken for one second', failures.rateLimited(0), 1_000],
    ['0 in the body alone, which is taken for one second', failures.rateLimited(), 1_000],
    ['a date in two seconds', failures.rateLimited(inSeconds(2)), 2_000],
    ['a date that has passed', failures.rateLimited(inSeconds(-60)), 1_000],
    ['two seconds of a 503', failures.emptyUnavailable(2), 2_000],
    ['a date of a 503', failures.emptyUnavailable(inSeconds(3)), 3_000],
  ])('%s', async (_, fault, wait) => {
    const { cancel, open, waits } = await openDoorTo(fault);
    expect(await cancel()).toMatchObject({ statusCode: 204 });
    expect(waits).toEqual([wait]);
    expect(open()).toEqual([]);
  });

  it.each<[string, Fault, number, string]>([
    ['four seconds', failures.rateLimited(4), 429, '4'],
    ['55 seconds', failures.rateLimited(55), 429, '55'],
    ['a day', failures.rateLimited(86_400), 429, '3600'],
    ['a date in 90 seconds', failures.rateLimited(inSeconds(90)), 429, '90'],
    ['nothing at all', { status: 429 }, 429, '60'],
    ['nonsense', { status: 429, headers: { 'Retry-After': 'soon' } }, 429, '60'],
    ['30 seconds of a 503', failures.emptyUnavailable(30), 503, '30'],
  ])('and handed to the caller where it is not: %s', async (_, fault, status, retryAfter) => {
    const { cancel, open, api, waits } = await openDoorTo(fault);
    const answer = await cancel();
    expect(answer).toMatchObject({ statusCode: status, headers: { 'retry-after': retryAfter } });
    expect(waits).toEqual([]);
    expect(api()).toHaveLength(1);
    expect(open()).toEqual([ANN]);
  });

  it('and never beyond the deadline', async () => {
    const { deletion, door, waits } = await openDoorTo(failures.rateLimited(2));
    const answer = await door.request(deletion(), 2_400);
    expect(answer).toMatchObject({ statusCode: 429, headers: { 'retry-after': '2' } });
    expect(waits).toEqual([]);
  });
});

describe('what another try does not help is not tried again', () => {
  it.each<[string, Fault, number]>([
    ['a suspended account', failures.accountSuspended(), 502],
    ['a refusal by a code', { status: 403, body: { error: 403, errorCode: 'ACCESS_FORBIDDEN' } }, 502],
    ['a request that Atlas calls invalid', { status: 400, body: { error: 400, errorCode: 'VALIDATION_ERROR' } }, 400],
    ['an unknown organization', { status: 404, body: { error: 404, errorCode: 'ORG_NOT_FOUND' } }, 404],
  ])('%s', async (_, fault, status) => {
    const { cancel, api } = await openDoorTo(fault);
    expect(errorOf(await cancel())).toMatchObject({ error: status });
    expect(api()).toHaveLength(1);
  });
});

describe('a refused connection', () => {
  const token = rawJson(200, { access_token: 'x'.repeat(40), token_type: 'Bearer', expires_in: 3600 });

  it.each<[string, string, number]>([
    ['is tried again', rawAnswer(204, {}), 204],
    [
      'had nothing sent over it: an invitation that is gone then was never ours',
      rawJson(400, { error: 400, errorCode: 'INVALID_INVITATION_ID' }),
      404,
    ],
  ])('%s', async (_, bytes, status) => {
    const first = await startRawServer(() => token);
    const clock = manualClock();
    // While the client waits for its second try, Atlas comes back.
    const wait = async (milliseconds: number) => {
      await clock.wait(milliseconds);
      await startRawServer(() => bytes, { port: first.port });
    };
    const stage = await openDoor({ clock: { ...clock, wait }, environment: { ATLAS_BASE_URL: first.url } });
    await stage.service.deployment.operations.credentialKind(callOn(stage));
    first.close();
    clock.advance(60_000);
    expect(await stage.cancel()).toMatchObject({ statusCode: status });
    expect(stage.log.line).toMatchObject({ tries: 2 });
    expect(clock.waits).toHaveLength(1);
  });
});

describe('a kept-alive connection that Atlas has closed', () => {
  it.each<[string, Fault]>([
    ['with the request on its way', failures.staleKeepAlive()],
    ['by a reset, with the request on its way', failures.resetBeforeActing()],
  ])('is never noticed: %s', async (_, fault) => {
    const { cancel, organization, door, orgId, log, waits, atlas } = await openDoorTo();
    const bob = organization.invite('bob@example.com');
    expect(await cancel()).toMatchObject({ statusCode: 204 });
    atlas.faults.next(fault, ({ reused }) => reused);
    const answer = await door.request(deleteInvitation(orgId, bob.invitationId));
    expect(answer).toMatchObject({ statusCode: 204, body: undefined });
    expect(log.lines.at(-1)).toMatchObject({ level: 'INFO', confirmed: true, tries: 2 });
    expect(waits).toEqual([]);
    expect(atlas.faults.pending).toBe(0);
  });

  it('is never noticed: after an answer that said nothing of it', async () => {
    const { cancel, organization, door, orgId, open, atlas } = await openDoorTo(failures.closesAfterAnswer());
    const bob = organization.invite('bob@example.com');
    expect(await cancel()).toMatchObject({ statusCode: 204 });
    expect(await door.request(deleteInvitation(orgId, bob.invitationId))).toMatchObject({ statusCode: 204 });
    expect(open()).toEqual([]);
    expect(atlas.faults.pending).toBe(0);
  });

  it('is not used again after a minute in which Lambda froze the process', async () => {
    const clock = manualClock();
    const { cancel, api } = await openDoor({ clock });
    await cancel();
    clock.advance(60_000);
    await cancel();
    expect(api().map(({ connection, reused }) => [connection, reused])).toEqual([
      [1, true],
      [2, false],
    ]);
  });
});
