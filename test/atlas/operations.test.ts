import { describe, expect, it } from 'vitest';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import type { Fault } from '../../infra/emulators/loopback/faults.ts';
import type { AtlasOperations } from '../../lib/atlas/operations.ts';
import type { Call } from '../../lib/call.ts';
import { deadlineIn } from '../../lib/deadline.ts';
import manifest from '../../package.json' with { type: 'json' };
import { manualClock, NOW } from '../support/clock.ts';
import { type Started, startOperations } from './support.ts';

const OTHER_ID = '66b0f1a2000000000000dead';

describe('an operation asks for', () => {
  it.each<[string, (on: Started) => Promise<unknown>, string, RegExp, string]>([
    [
      'deleteInvitation',
      ({ operations, call, invitationId }) => operations.deleteInvitation(call, invitationId),
      'DELETE',
      /\/invites\/[0-9a-f]{24}$/,
      '2023-01-01',
    ],
    [
      'getInvitation',
      ({ operations, call, invitationId }) => operations.getInvitation(call, invitationId),
      'GET',
      /\/invites\/[0-9a-f]{24}$/,
      '2023-01-01',
    ],
    ['listInvitations', ({ operations, call }) => operations.listInvitations(call), 'GET', /\/invites$/, '2023-01-01'],
    [
      'getUser',
      ({ operations, call, userId }) => operations.onOneConnection(call, (on) => operations.getUser(call, userId, on)),
      'GET',
      /\/users\/[0-9a-f]{24}$/,
      '2025-02-19',
    ],
    [
      'findUsers',
      ({ operations, call }) =>
        operations.onOneConnection(call, (on) => operations.findUsers(call, 'Ann@example.com', on)),
      'GET',
      /\/users\?username=Ann%40example\.com&/,
      '2025-02-19',
    ],
    [
      'deleteUser',
      ({ operations, call, userId }) =>
        operations.onOneConnection(call, (on) => operations.deleteUser(call, userId, on, Number.POSITIVE_INFINITY)),
      'DELETE',
      /\/users\/[0-9a-f]{24}$/,
      '2025-02-19',
    ],
  ])('%s exactly the version that the resource has, as what we are', async (_, operate, method, path, version) => {
    const started = await startOperations();
    await operate(started);
    const [request, ...others] = started.api();
    expect(others).toHaveLength(0);
    expect(request).toMatchObject({ method, status: method === 'DELETE' ? 204 : 200 });
    expect(request?.path).toMatch(path);
    expect(request?.path.startsWith(`/api/atlas/v2/orgs/${started.organization.id}/`)).toBe(true);
    expect(request?.headers).toEqual({
      host: new URL(started.atlas.url).host,
      connection: 'keep-alive',
      accept: `application/vnd.atlas.${version}+json`,
      'user-agent': `atlas-uninvite/${manifest.version}`,
      authorization: 'Bearer',
    });
  });
});

describe('what Atlas shows', () => {
  it('is told as it is', async () => {
    const { operations, call, invitationId, userId } = await startOperations();
    const invitation = { id: invitationId, username: 'Ann@example.com' };
    expect(await operations.getInvitation(call, invitationId)).toMatchObject({ kind: 'found', value: invitation });
    expect(await operations.listInvitations(call)).toMatchObject({ kind: 'found', value: [invitation] });
    const user = { id: userId, username: 'Ann@example.com', orgMembershipStatus: 'PENDING' };
    expect(await operations.onOneConnection(call, (on) => operations.getUser(call, userId, on))).toEqual({
      users: [user],
      since: NOW,
    });
  });

  it.each(['expire', 'reject', 'accept'] as const)('is told of a person after %s too', async (happen) => {
    const { operations, call, organization, userId } = await startOperations();
    organization[happen]('Ann@example.com');
    const { users } = await operations.onOneConnection(call, (on) => operations.findUsers(call, 'Ann@example.com', on));
    expect(users).toMatchObject([{ orgMembershipStatus: organization.personById(userId)?.status }]);
  });

  it('may be that there is nothing', async () => {
    const { operations, call } = await startOperations();
    expect(await operations.getInvitation(call, OTHER_ID)).toMatchObject({ kind: 'gone' });
    expect(await operations.deleteInvitation(call, OTHER_ID)).toMatchObject({ kind: 'gone', lostBefore: false });
    await operations.onOneConnection(call, async (on) => {
      expect(await operations.getUser(call, OTHER_ID, on)).toMatchObject({ users: [] });
      expect(await operations.deleteUser(call, OTHER_ID, on, NOW)).toMatchObject({ kind: 'gone' });
    });
  });
});

describe('a 200 is not believed', () => {
  const invitation = { id: OTHER_ID, username: 'ann@example.com' };
  const get = (operations: AtlasOperations, call: Call, id: string) => operations.getInvitation(call, id);
  const list = (operations: AtlasOperations, call: Call) => operations.listInvitations(call);
  const user = (operations: AtlasOperations, call: Call, id: string) =>
    operations.onOneConnection(call, (on) => operations.getUser(call, id, on));
  const find = (operations: AtlasOperations, call: Call) =>
    operations.onOneConnection(call, (on) => operations.findUsers(call, 'ann@example.com', on));

  it.each<[string, (operations: AtlasOperations, call: Call, id: string) => Promise<unknown>, Fault['body']]>([
    ['an invitation, but another one', get, invitation],
    ['an invitation without an address', get, { id: OTHER_ID }],
    ['a list where one invitation was asked for', get, [invitation]],
    ['an envelope around a list', list, { results: [invitation] }],
    ['a list with something else in it', list, [invitation, 7]],
    ['an invitation whose id is none', list, [{ ...invitation, id: '../users' }]],
    ['an invitation whose id has more before it', list, [{ ...invitation, id: `../users/${OTHER_ID}` }]],
    ['an invitation whose id has more after it', list, [{ ...invitation, id: `${OTHER_ID}/..` }]],
    ['an invitation of half a character', list, [{ ...invitation, username: 'a\ud800@example.com' }]],
    ['null', list, 'null'],
    ['a user, but another one', user, { id: OTHER_ID, username: 'ann@example.com', orgMembershipStatus: 'PENDING' }],
    ['a user in a status that nobody knows', find, { results: [{ ...invitation, orgMembershipStatus: 'SUSPENDED' }] }],
    ['a user without a status', find, { results: [invitation] }],
    [
      'a user of half a character',
      find,
      { results: [{ ...invitation, username: 'a\ud800@example.com', orgMembershipStatus: 'PENDING' }] },
    ],
    ['a page without results', find, { totalCount: 0 }],
    ['a bare list of users', find, []],
  ])('where it holds %s', async (_, operate, body) => {
    const { atlas, operations, call, invitationId } = await startOperations();
    atlas.faults.next({ status: 200, ...(body === undefined ? {} : { body }) }, /^GET /);
    await expect(operate(operations, call, invitationId)).rejects.toMatchObject({
      name: 'AtlasUnavailable',
      atlasStatus: 200,
      message: expect.stringMatching(/^Atlas answered with (no|another) \w[\w ]+\.$/),
    });
  });
});

describe('a request', () => {
  it('that was refused with a dead token has all its tries left', async () => {
    const { atlas, operations, call, invitationId, account } = await startOperations();
    await operations.listInvitations(call);
    account.revokeTokens();
    let deletions = 0;
    atlas.faults.always(({ method }) => {
      if (method === 'DELETE') deletions += 1;
      return deletions === 2 ? { status: 503 } : undefined;
    });
    const patient = { ...call, retry: { tries: 2, longestWait: 1_000 } };
    expect(await operations.deleteInvitation(patient, invitationId)).toMatchObject({ kind: 'deleted' });
    expect(deletions).toBe(3);
  });

  it('whose answers are all lost says so, and keeps what broke the last as the cause', async () => {
    const { atlas, operations, call } = await startOperations();
    atlas.faults.next(failures.resetBeforeActing(), /^GET /, 9);
    await expect(operations.listInvitations(call)).rejects.toMatchObject({
      name: 'AtlasUnavailable',
      message: 'The connection to Atlas failed or broke.',
      cause: expect.any(Error),
    });
  });

  it('does not leave where there is no time for an answer', async () => {
    const { operations, call, clock, api } = await startOperations();
    const hurried = { ...call, deadline: deadlineIn(19, clock) };
    await operations.credentialKind(call);
    await expect(operations.listInvitations(hurried)).rejects.toMatchObject({
      name: 'AtlasTimeout',
      message: expect.stringContaining('An answer of Atlas'),
    });
    expect(api()).toEqual([]);
  });

  it('to delete a user who can not exist asks for no other, and ends nothing', async () => {
    const { operations, call, organization, api } = await startOperations();
    await operations.deleteNobody(call);
    expect(api().map(({ method, path }) => [method, path])).toEqual([
      ['DELETE', `/api/atlas/v2/orgs/${organization.id}/users/000000000000000000000000`],
    ]);
    expect(organization.invitations()).toHaveLength(1);
  });
});

describe('the trace of a call', () => {
  it('holds what was sent, what it cost, and the last words of Atlas', async () => {
    const { atlas, operations, call, invitationId } = await startOperations();
    atlas.faults.next(failures.rateLimited(1), /^DELETE /);
    await operations.deleteInvitation(call, invitationId);
    expect(call.trace).toMatchObject({
      tries: 2,
      invitesApiCalls: 2,
      rateLimited: 1,
      tokensMinted: 1,
      secretsRead: 1,
      atlasMilliseconds: 0,
      upstreamMilliseconds: 48,
      atlasStatus: 204,
      notices: {
        deprecation: 'Wed, 19 Feb 2025 00:00:00 GMT',
        sunset: 'Thu, 1 Jul 2027 00:00:00 GMT',
        'ratelimit-limit': '500',
        'ratelimit-remaining': '499',
      },
    });
  });

  it('adds up how long Atlas took, and tells the limit of each resource', async () => {
    const clock = manualClock();
    const { atlas, operations, call, invitationId, userId } = await startOperations({ clock });
    atlas.settings.after = ({ path }) => {
      if (path.startsWith('/api/atlas/')) clock.advance(5);
    };
    await operations.getInvitation(call, invitationId);
    await operations.onOneConnection(call, (connection) => operations.getUser(call, userId, connection));
    expect(call.trace.atlasMilliseconds).toBe(10);
    expect(call.trace.rateLimits).toEqual({
      invites: { capacity: 500, remaining: 499 },
      users: { capacity: 500, remaining: 499 },
    });
    atlas.faults.next(failures.rateLimited(1), /^GET /);
    await operations.listInvitations(call);
    expect(call.trace.rateLimits.invites).toMatchObject({ capacity: 500, refill: 250, seconds: 60 });
  });

  it('holds no notice that is neither a date nor a number', async () => {
    const { atlas, operations, call, invitationId } = await startOperations();
    const headers = { Sunset: 'now <b> now', Deprecation: 'x'.repeat(65), 'Ratelimit-Limit': '7' };
    atlas.faults.next({ status: 204, headers }, /^DELETE /);
    await operations.deleteInvitation(call, invitationId);
    expect(call.trace.notices).toEqual({ 'ratelimit-limit': '7' });
  });

  it('counts nothing of the invites endpoint where the other was asked', async () => {
    const { operations, call, userId } = await startOperations();
    await operations.onOneConnection(call, (connection) => operations.getUser(call, userId, connection));
    expect(call.trace).toMatchObject({ tries: 1, invitesApiCalls: 0 });
    expect(call.trace.notices).not.toHaveProperty('sunset');
  });
});
