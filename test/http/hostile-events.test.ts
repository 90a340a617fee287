import { describe, expect, it } from 'vitest';
import { deleteInvitation, deleteUser, payloadV1, payloadV2, postCancellation } from '../support/http-events.ts';
import { refuse, refuseAll } from './refusals.ts';
import { ANN, errorOf } from './support.ts';

const ORG = '5f0a11ce0000000000000003';
const ID = '66b0f1a20000000000000011';
const USER = '66b1c0de000000000000000e';

describe('an event that is none of API Gateway', () => {
  const real = payloadV2(deleteInvitation(ORG, ID));

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a number', 7],
    ['NaN', Number.NaN],
    ['true', true],
    ['text', 'DELETE'],
    ['empty text', ''],
    ['a list', []],
    ['a list of events', [real]],
    ['an empty object', {}],
    ['no prototype', Object.create(null)],
    ['a request without its event', { orgId: ORG, invitationId: ID }],
    [
      'an event of SQS',
      { Records: [{ eventSource: 'aws:sqs', body: JSON.stringify({ orgId: ORG, invitationId: ID }) }] },
    ],
    ['an event of EventBridge', { source: 'x', 'detail-type': 'y', detail: { orgId: ORG, invitationId: ID } }],
    ['a version that is not there yet', { ...real, version: '3.0' }],
    ['a version that is a number', { ...real, version: 2 }],
    ['a route that is none', { ...real, routeKey: 7 }],
    ['a context that is null', { ...real, requestContext: null }],
    ['path parameters that are a list', { ...real, pathParameters: [ORG, ID] }],
    [
      'path parameters that are no text',
      { ...real, pathParameters: { orgId: ORG, invitationId: { toString: () => ID } } },
    ],
    ['a query that is no text', { ...real, rawQueryString: {} }],
    ['a body that is no text', { ...real, body: 7 }],
    ['a __proto__ that looks like one', JSON.parse(`{"__proto__":${JSON.stringify(real)}}`)],
  ])('is refused: %s', async (_, event) => {
    const answer = await refuse(event);
    expect(errorOf(answer)).toMatchObject({ error: 400, errorCode: 'INVALID_REQUEST' });
  });

  it.each(['GET', 'PUT', 'PATCH', 'POST', 'HEAD', 'delete', '$default'])(
    'is refused: the method %s',
    async (method) => {
      const answer = await refuse(payloadV2({ ...deleteInvitation(ORG, ID), method }));
      expect(errorOf(answer)).toMatchObject({ error: 404, errorCode: 'NOT_FOUND' });
    },
  );

  it.each(['/', '/orgs/{orgId}/invites/{invitationId}', '__proto__', 'constructor', 'x'.repeat(10_240)])(
    'is refused: the route %s',
    async (resource) => {
      const answer = await refuse(payloadV2({ ...deleteInvitation(ORG, ID), resource }));
      expect(errorOf(answer)).toMatchObject({ error: 404 });
    },
  );

  it.each(['__proto__', 'constructor', 'toString', '$default', ''])(
    'is refused: the route key %j',
    async (routeKey) => {
      expect(errorOf(await refuse({ ...real, routeKey }))).toMatchObject({ error: 404 });
    },
  );
});

describe.each([
  ['payload 2.0', payloadV2],
  ['payload 1.0', payloadV1],
] as const)('an id in %s', (_, payload) => {
  it.each<[string, string]>([
    ['empty', ''],
    ['a dot', '.'],
    ['two dots', '..'],
    ['a slash', `${ID}/x`],
    ['a way up', '../../../../users/66b1c0de000000000000000e'],
    ['a backslash', `${ID}\\`],
    ['an encoded slash', `${ID}%2f`],
    ['an encoded digit', `%36${ID.slice(1)}`],
    ['twice encoded', '%2536'],
    ['a query', `${ID}?dryRun=true`],
    ['a fragment', `${ID}#`],
    ['a semicolon', `${ID};x=1`],
    ['a newline at its end', `${ID}\n`],
    ['a header of our own', `${ID}\r\nHost: example.com\r\n\r\n`],
    ['a blank', ` ${ID}`],
    ['a NUL', `${ID}\0`],
    ['upper case', ID.toUpperCase()],
    ['one digit less', ID.slice(1)],
    ['one digit more', `${ID}0`],
    ['full-width digits', `６${ID.slice(1)}`],
    ['a lone surrogate', `${ID.slice(1)}\ud800`],
    ['a right-to-left mark', `\u200f${ID}`],
    ['a placeholder', '{invitationId}'],
    ['__proto__', '__proto__'],
    ['null as text', 'null'],
    ['10 kB', 'a'.repeat(10_240)],
    ['a megabyte', 'a'.repeat(1_000_000)],
  ])('is refused: %s', async (_what, id) => {
    const places = [deleteInvitation(ORG, id), deleteInvitation(id, ID), deleteUser(ORG, id)];
    for (const answer of await refuseAll(places.map((request) => payload(request)))) {
      const error = errorOf(answer);
      expect(error).toMatchObject({ error: 400, errorCode: 'INVALID_REQUEST' });
      expect(error.badRequestDetail?.fields).toHaveLength(1);
      if (id.length > 30) expect(answer.body).not.toContain(id);
    }
  });

  it('is refused where it is missing', async () => {
    const request = { method: 'DELETE', resource: deleteInvitation(ORG, ID).resource };
    expect(errorOf(await refuse(payload(request)))).toMatchObject({ error: 400 });
    expect(errorOf(await refuse(payload({ ...request, path: { orgId: ORG } })))).toMatchObject({ error: 400 });
  });

  it.each<[string, string]>([
    ['dryRun twice', 'dryRun=true&dryRun=true'],
    ['dryRun twice, in two minds', 'dryRun=true&dryRun=false'],
    ['dryRun without a value', 'dryRun'],
    ['dryRun that is empty', 'dryRun='],
    ['dryRun in upper case', 'dryRun=TRUE'],
    ['dryRun as a number', 'dryRun=1'],
    ['dryRun with a blank', 'dryRun=true%20'],
    ['dryRun with a NUL', 'dryRun=true%00'],
    ['dryRun misspelt', 'dryrun=true'],
    ['dryRun misspelt otherwise', 'dry_run=true'],
    ['dryRun encoded twice', '%2564ryRun=true'],
    ['dryRun in brackets', 'dryRun[]=true'],
    ['pretty that is neither', 'pretty=yes'],
    ['envelope that is neither', 'envelope=1'],
    ['envelope twice', 'envelope=true&envelope=true'],
    ['ifAccepted that is neither', 'ifAccepted=delete'],
    ['ifAccepted in upper case', 'ifAccepted=REMOVE'],
    ['ifAccepted that is empty', 'ifAccepted='],
    ['ifAccepted twice', 'ifAccepted=fail&ifAccepted=remove'],
    ['a parameter of another route', 'username=ann%40example.com'],
    ['a parameter that nobody knows', 'x=1'],
    ['a parameter without a name', '=1'],
    ['__proto__', '__proto__=true'],
    ['constructor', 'constructor=true'],
    ['a parameter of 10 kB', `${'x'.repeat(10_240)}=1`],
    ['a thousand parameters', Array.from({ length: 1_000 }, (_x, index) => `x${index}=1`).join('&')],
    ['no encoding', 'dryRun=%E0%A4%A'],
  ])('comes with a query that is refused: %s', async (_what, query) => {
    const routes = [deleteInvitation(ORG, ID, { query }), deleteUser(ORG, USER, { query })];
    for (const answer of await refuseAll(routes.map((request) => payload(request)))) {
      expect(errorOf(answer)).toMatchObject({ error: 400, errorCode: 'INVALID_REQUEST' });
      expect(answer.body).not.toContain('ann@');
    }
  });

  it.each<[string, string, boolean]>([
    ['text', 'x', false],
    ['JSON', '{"dryRun":true}', false],
    ['base64', 'e30=', true],
  ])('comes with a body, which no deletion takes: %s', async (_what, body, isBase64Encoded) => {
    const answer = await refuse(payload(deleteInvitation(ORG, ID, { body, isBase64Encoded })));
    expect(errorOf(answer).badRequestDetail?.fields).toEqual([
      { field: 'body', description: 'is not taken by this route' },
    ]);
  });
});

describe('a refused query', () => {
  it('is answered in the envelope that was plainly asked for', async () => {
    const answer = await refuse(payloadV2(deleteInvitation(ORG, ID, { query: 'envelope=true&dryRun=maybe' })));
    expect(answer).toMatchObject({ statusCode: 200, json: { status: 400, content: { errorCode: 'INVALID_REQUEST' } } });
  });

  it.each(['envelope=true', 'pretty=true', 'dryRun=true', 'x=1'])('is every query of a POST: %s', async (query) => {
    const answer = await refuse(payloadV2(postCancellation({ orgId: ORG, username: ANN }, { query })));
    expect(errorOf(answer)).toMatchObject({ error: 400 });
    expect(answer.body).not.toContain('\n');
  });
});
