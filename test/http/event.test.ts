import { describe, expect, it } from 'vitest';
import { Failure } from '../../lib/failures.ts';
import { readEvent } from '../../lib/http/event.ts';
import { NOW } from '../support/clock.ts';
import {
  deleteInvitation,
  GATEWAY_REQUEST_ID,
  type HttpRequest,
  payloadV1,
  payloadV2,
  postCancellation,
  USER_ARN,
} from '../support/http-events.ts';

const ORG = '5f0a11ce0000000000000003';
const INVITATION = '66b0f1a20000000000000011';

describe.each([
  ['payload 2.0', payloadV2, 30_000],
  ['payload 1.0', payloadV1, 29_000],
] as const)('an event of %s', (_, payload, patience) => {
  const read = (request: HttpRequest) => readEvent(payload(request));

  it('is read as what was asked, when, and by whom', () => {
    const headers = { 'X-Request-Id': 'caller-1' };
    expect(read(deleteInvitation(ORG, INVITATION, { query: 'dryRun=true&pretty=false', headers }))).toEqual({
      route: 'DELETE /api/atlas/v2/orgs/{orgId}/invites/{invitationId}',
      path: { orgId: ORG, invitationId: INVITATION },
      query: [
        ['dryRun', 'true'],
        ['pretty', 'false'],
      ],
      headers: { 'x-request-id': 'caller-1' },
      body: undefined,
      gateway: { requestId: GATEWAY_REQUEST_ID, receivedAt: NOW, patience },
      askedBy: USER_ARN,
    });
  });

  it('keeps a parameter that is given twice', () => {
    expect(read(deleteInvitation(ORG, INVITATION, { query: 'dryRun=true&dryRun=false' })).query).toEqual([
      ['dryRun', 'true'],
      ['dryRun', 'false'],
    ]);
  });

  it('is decoded once', () => {
    expect(read(deleteInvitation(ORG, INVITATION, { query: 'a=%2564+%26' })).query).toEqual([['a', '%64 &']]);
  });

  it.each([
    ['as it is', false],
    ['in base64', true],
  ])('has its body %s', (_how, isBase64Encoded) => {
    const text = '{"reason":"é"}';
    const body = isBase64Encoded ? Buffer.from(text).toString('base64') : text;
    expect(read({ ...postCancellation({}), body, isBase64Encoded }).body).toBe(text);
  });

  it('without a body has none, whether it is absent or empty', () => {
    expect(read({ ...postCancellation({}), body: '' }).body).toBeUndefined();
    expect(read(deleteInvitation(ORG, INVITATION)).body).toBeUndefined();
  });

  it('made by hand may hold its query in the short form alone', () => {
    const event = { ...payload(deleteInvitation(ORG, INVITATION)), queryStringParameters: { dryRun: 'true' } };
    expect(readEvent(event).query).toEqual([['dryRun', 'true']]);
  });

  it('may lack everything that is not needed', () => {
    const { requestContext, ...event } = payload(deleteInvitation(ORG, INVITATION));
    const bare = { ...event, headers: null, pathParameters: null, body: null, requestContext: {} };
    expect(requestContext).toBeDefined();
    expect(readEvent(bare)).toMatchObject({ path: {}, query: [], headers: {}, body: undefined, askedBy: undefined });
  });
});

describe('who asked', () => {
  const v2 = payloadV2(deleteInvitation(ORG, INVITATION));
  const v1 = payloadV1(deleteInvitation(ORG, INVITATION));

  it.each<[string, object, string | undefined]>([
    [
      'a token, payload 2.0',
      { ...v2, requestContext: { authorizer: { jwt: { claims: { sub: 'user-1' } } } } },
      'user-1',
    ],
    ['nobody, payload 2.0', { ...v2, requestContext: {} }, undefined],
    ['a token, payload 1.0', { ...v1, requestContext: { authorizer: { claims: { sub: 'user-1' } } } }, 'user-1'],
    ['an authorizer of your own, payload 1.0', { ...v1, requestContext: { authorizer: { principalId: 'me' } } }, 'me'],
    [
      'an authorizer whose words are not those of API Gateway, payload 1.0',
      {
        ...v1,
        requestContext: {
          requestId: 7,
          requestTimeEpoch: null,
          identity: 'me',
          authorizer: { claims: '{"sub":"x"}', principalId: 'me' },
        },
      },
      'me',
    ],
    [
      'claims that are no text, payload 2.0',
      { ...v2, requestContext: { timeEpoch: 'now', authorizer: { iam: [], jwt: { claims: { sub: 7 } } } } },
      undefined,
    ],
    ['nobody, payload 1.0', { ...v1, requestContext: { identity: { userArn: null }, authorizer: null } }, undefined],
  ])('is read from the event: %s', (_, event, askedBy) => {
    expect(readEvent(event).askedBy).toBe(askedBy);
  });
});

it.each<[string, unknown]>([
  ['undefined', undefined],
  ['null', null],
  ['text', 'event'],
  ['an empty object', {}],
  ['a list', []],
  ['another version', { ...payloadV2(deleteInvitation(ORG, INVITATION)), version: '3.0' }],
  ['a message of SQS', { Records: [{ messageId: '1', body: '{}' }] }],
  ['the input of a workflow', { orgId: ORG, invitationId: INVITATION }],
  ['payload 2.0 without a context', { ...payloadV2(deleteInvitation(ORG, INVITATION)), requestContext: undefined }],
  ['payload 2.0 without a route', { ...payloadV2(deleteInvitation(ORG, INVITATION)), routeKey: undefined }],
  ['payload 1.0 without a method', { ...payloadV1(deleteInvitation(ORG, INVITATION)), httpMethod: undefined }],
  ['a body that is no text', { ...payloadV2(deleteInvitation(ORG, INVITATION)), body: {} }],
])('no event is %s', (_, event) => {
  expect(() => readEvent(event)).toThrow(Failure);
  expect(() => readEvent(event)).toThrow('event is not an API Gateway event of payload format 2.0 or 1.0.');
});
