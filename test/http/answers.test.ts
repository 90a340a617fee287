import { describe, expect, it } from 'vitest';
import { deleteUser, payloadV1, payloadV2, postCancellation } from '../support/http-events.ts';
import { ANN, openDoor } from './support.ts';

const NOTICES = {
  deprecation: 'Wed, 19 Feb 2025 00:00:00 GMT',
  sunset: 'Thu, 1 Jul 2027 00:00:00 GMT',
  'ratelimit-limit': '500',
};

describe.each([
  ['payload 2.0', payloadV2],
  ['payload 1.0', payloadV1],
] as const)('an event of %s', (_, payload) => {
  it('that deletes an invitation is answered 204, without body or content type', async () => {
    const { door, deletion, open, api } = await openDoor();
    const { statusCode, headers, body } = await door.send(payload(deletion()));
    expect({ statusCode, body }).toEqual({ statusCode: 204, body: undefined });
    expect(headers).toEqual({ ...NOTICES, 'ratelimit-remaining': '499' });
    expect(open()).toEqual([]);
    expect(api()).toHaveLength(1);
  });

  it('that posts a cancellation is answered with the result', async () => {
    const { door, orgId, invitationId, open } = await openDoor();
    const answer = await door.send(payload(postCancellation({ orgId, username: 'ANN@example.com' })));
    expect(answer).toMatchObject({ statusCode: 200, headers: { 'content-type': 'application/json' } });
    expect(answer.json).toEqual({
      outcome: 'cancelled',
      confirmed: true,
      via: 'invites',
      orgId,
      invitationId,
      username: ANN,
    });
    expect(open()).toEqual([]);
  });

  it('may have its body in base64', async () => {
    const { door, orgId, open } = await openDoor();
    const body = Buffer.from(JSON.stringify({ orgId, username: ANN })).toString('base64');
    const event = payload({ ...postCancellation({}), body, isBase64Encoded: true });
    expect(await door.send(event)).toMatchObject({ statusCode: 200 });
    expect(open()).toEqual([]);
  });

  it('that only asks what would happen changes nothing', async () => {
    const { door, deletion, open, orgId, invitationId, api } = await openDoor();
    const answer = await door.send(payload(deletion({ query: 'dryRun=true' })));
    expect(answer.statusCode).toBe(200);
    expect(answer.json).toEqual({
      outcome: 'would_cancel',
      confirmed: true,
      via: 'invites',
      orgId,
      invitationId,
      username: ANN,
    });
    expect(open()).toEqual([ANN]);
    expect(api().map(({ method }) => method)).toEqual(['GET']);
  });
});

describe('DELETE of a user', () => {
  it('who is pending is answered 204', async () => {
    const { door, orgId, userId, open } = await openDoor();
    const answer = await door.request(deleteUser(orgId, userId));
    expect(answer).toMatchObject({ statusCode: 204, body: undefined });
    expect(open()).toEqual([]);
  });

  it('who is not there is answered 204, too', async () => {
    const { door, orgId, open } = await openDoor();
    const answer = await door.request(deleteUser(orgId, '66b1c0de00000000000000ff'));
    expect(answer).toMatchObject({ statusCode: 204, body: undefined });
    expect(open()).toEqual([ANN]);
  });

  it('who is a member ends the membership only where the caller asks and the deployment allows', async () => {
    const { door, orgId, organization, userId } = await openDoor({ environment: { ALLOW_MEMBER_REMOVAL: 'true' } });
    organization.accept(ANN);
    expect(await door.request(deleteUser(orgId, userId))).toMatchObject({ statusCode: 409 });
    expect(organization.members()).toHaveLength(1);
    const query = 'ifAccepted=remove';
    expect(await door.request(deleteUser(orgId, userId, { query }))).toMatchObject({ statusCode: 204 });
    expect(organization.members()).toHaveLength(0);
  });
});

describe('POST /cancellations', () => {
  it('with an invitation that is gone and its person outside says so', async () => {
    const { door, orgId, invitationId, cancel } = await openDoor();
    await cancel();
    const { statusCode, json } = await door.request(postCancellation({ orgId, invitationId, username: ANN }));
    expect(statusCode).toBe(200);
    expect(json).toMatchObject({ outcome: 'already_gone', confirmed: true });
  });

  it('gets nothing of the notices of Atlas, which belong to the paths of Atlas', async () => {
    const { door, orgId } = await openDoor();
    const { headers } = await door.request(postCancellation({ orgId, username: ANN }));
    expect(headers).toEqual({ 'content-type': 'application/json' });
  });
});

describe('the notices of Atlas', () => {
  it('are passed on with a failure, too', async () => {
    const { cancel } = await openDoor();
    await cancel();
    const { statusCode, headers } = await cancel();
    expect(statusCode).toBe(404);
    expect(headers).toEqual({ ...NOTICES, 'ratelimit-remaining': '498', 'content-type': 'application/json' });
  });

  it('are not made up where Atlas was not asked', async () => {
    const { cancel } = await openDoor();
    const { headers } = await cancel({ query: 'unknown=1' });
    expect(headers).toEqual({ 'content-type': 'application/json' });
  });
});

describe('the log line of an answer', () => {
  it('holds the ids of all who took part', async () => {
    const { cancel, log } = await openDoor();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await cancel({ headers: { 'X-Request-ID': 'caller-1', TraceParent: traceparent } });
    expect(log.line).toMatchObject({
      door: 'http',
      requestId: '11111111-2222-4333-8444-555555555555',
      gatewayRequestId: 'JKJaXmPLvHcESHA=',
      callerRequestId: 'caller-1',
      traceparent,
      askedBy: 'arn:aws:sts::123456789012:assumed-role/caller/session',
      outcome: 'cancelled',
      atlasStatus: 204,
      upstreamMilliseconds: 48,
    });
    expect(log.metrics).toMatchObject([{ Cancelled: 1, TokenMinted: 1, InvitesApiCalls: 1 }]);
  });
});
