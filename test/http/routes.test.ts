import { describe, expect, it } from 'vitest';
import { Failure } from '../../lib/failures.ts';
import type { HttpEvent } from '../../lib/http/event.ts';
import { isAtlasRoute, readInput, readPresentation } from '../../lib/http/routes.ts';

const INVITES = 'DELETE /api/atlas/v2/orgs/{orgId}/invites/{invitationId}';
const USERS = 'DELETE /api/atlas/v2/orgs/{orgId}/users/{userId}';
const CANCELLATIONS = 'POST /cancellations';
const orgId = '5f0a11ce0000000000000001';
const invitationId = '66b0f1a20000000000000001';
const userId = '66b1c0de0000000000000001';

function event(route: string, query: HttpEvent['query'] = [], body?: string): HttpEvent {
  return {
    route,
    path: { orgId, invitationId, userId },
    query,
    headers: {},
    body,
    gateway: { requestId: undefined, receivedAt: undefined, patience: 30_000 },
    askedBy: undefined,
  };
}

function refusedFields(given: HttpEvent) {
  try {
    readInput(given);
  } catch (error) {
    if (error instanceof Failure) return error.fields;
  }
  throw new Error('was not refused');
}

describe('a route', () => {
  it.each<[string, HttpEvent['query'], object]>([
    [INVITES, [], { orgId, invitationId, dryRun: false, ifAccepted: undefined }],
    [USERS, [], { orgId, userId, dryRun: false, ifAccepted: undefined }],
    [INVITES, [['dryRun', 'true']], { orgId, invitationId, dryRun: true, ifAccepted: undefined }],
    [USERS, [['ifAccepted', 'remove']], { orgId, userId, dryRun: false, ifAccepted: 'remove' }],
    [
      USERS,
      [
        ['dryRun', 'false'],
        ['envelope', 'true'],
        ['pretty', 'false'],
      ],
      { orgId, userId, dryRun: false, ifAccepted: undefined },
    ],
  ])('%s with %j asks for the deletion in its path', (route, query, input) => {
    expect(readInput(event(route, query))).toStrictEqual(input);
  });

  it.each(['{"orgId":"x"}', 'null', '[]', '7'])('POST /cancellations asks for what its body says: %s', (body) => {
    expect(readInput(event(CANCELLATIONS, [], body))).toEqual(JSON.parse(body));
  });

  it.each(['POST /', `GET ${INVITES.slice(7)}`, 'toString', '__proto__'])('%s is none', (route) => {
    expect(() => readInput(event(route))).toThrow('There is no such route here.');
  });
});

describe('what a route does not take', () => {
  it.each<[string, HttpEvent, string, string]>([
    ['a body of a deletion', event(INVITES, [], '{}'), 'body', 'is not taken by this route'],
    ['an empty body of a deletion', event(USERS, [], ''), 'body', 'is not taken by this route'],
    ['an unknown parameter', event(INVITES, [['x', '1']]), 'x', 'is not a query parameter of this route'],
    [
      'a parameter twice',
      event(INVITES, [
        ['dryRun', 'true'],
        ['dryRun', 'false'],
      ]),
      'dryRun',
      'is given more than once',
    ],
    ['a flag that is neither', event(USERS, [['dryRun', 'yes']]), 'dryRun', 'must be true or false'],
    ['a flag that is empty', event(USERS, [['pretty', '']]), 'pretty', 'must be true or false'],
    [
      'any parameter beside a body',
      event(CANCELLATIONS, [['dryRun', 'true']], '{}'),
      'dryRun',
      'is not a query parameter of this route',
    ],
    ['no body where one is asked for', event(CANCELLATIONS), 'body', 'must be JSON'],
    ['an empty body where one is asked for', event(CANCELLATIONS, [], ''), 'body', 'must be JSON'],
    ['a body that is no JSON', event(CANCELLATIONS, [], 'ann@example.com'), 'body', 'must be JSON'],
  ])('is refused by its name: %s', (_, given, field, description) => {
    expect(refusedFields(given)).toEqual([{ field, description }]);
  });
});

describe('how to answer', () => {
  const BOTH: HttpEvent['query'] = [
    ['envelope', 'true'],
    ['pretty', 'true'],
  ];

  it.each<[string, string, HttpEvent['query'], boolean, boolean]>([
    ['as usual', INVITES, [], false, false],
    ['as asked', USERS, BOTH, true, true],
    ['in an envelope, where the rest is refused', USERS, [['x', '1'], ...BOTH], true, true],
    ['as usual, where it is asked twice', USERS, [...BOTH, ['envelope', 'true']], false, true],
    ['as usual, where it is asked neither so nor so', USERS, [['envelope', 'yes']], false, false],
    ['as usual, on a path that is not of Atlas', CANCELLATIONS, BOTH, false, false],
    ['as usual, on a path that is none', 'DELETE /', BOTH, false, false],
  ])('is read from the query: %s', (_, route, query, envelope, pretty) => {
    expect(readPresentation(event(route, query))).toEqual({ envelope, pretty });
  });

  it.each([
    [INVITES, true],
    [USERS, true],
    [CANCELLATIONS, false],
    ['DELETE /', false],
  ])('with the notices of Atlas on its own paths: %s %s', (route, own) => {
    expect(isAtlasRoute(event(route))).toBe(own);
  });
});
