import { describe, expect, it } from 'vitest';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import type { Fault } from '../../infra/emulators/loopback/faults.ts';
import { startOperations } from './support.ts';

describe('one connection', () => {
  it('carries a look and the deletion that rests on it, however many do the same', async () => {
    const { atlas, organization, operations, call, api } = await startOperations();
    const ids = Array.from({ length: 100 }, (_, index) => organization.invite(`p${index}@example.com`).userId);
    await operations.listInvitations(call);
    atlas.requests.length = 0;
    await Promise.all(
      ids.map((id) =>
        operations.onOneConnection(call, async (connection) => {
          await operations.getUser(call, id, connection);
          await operations.deleteUser(call, id, connection);
        }),
      ),
    );
    expect(api()).toHaveLength(200);
    const byConnection = Map.groupBy(api(), ({ connection }) => connection);
    expect(byConnection.size).toBeLessThanOrEqual(50);
    for (const requests of byConnection.values()) {
      for (const [index, { method, path }] of requests.entries()) {
        expect(method).toBe(index % 2 === 0 ? 'GET' : 'DELETE');
        if (index % 2 === 1) expect(path).toBe(requests[index - 1]?.path);
      }
    }
    expect(organization.invitations().map(({ username }) => username)).toEqual(['Ann@example.com']);
  });

  it('is never waited for by the token that its holders wait for', async () => {
    const { account, organization, operations, call } = await startOperations();
    const ids = Array.from({ length: 60 }, (_, index) => organization.invite(`p${index}@example.com`).userId);
    await operations.listInvitations(call);
    account.revokeTokens();
    const users = await Promise.all(
      ids.map((id) => operations.onOneConnection(call, (connection) => operations.getUser(call, id, connection))),
    );
    expect(users.map((user) => user?.id)).toEqual(ids);
  });
});

describe('a deletion of a user', () => {
  it.each<[string, Fault]>([
    ['a lost answer', failures.resetBeforeActing()],
    ['a 500', failures.unexpectedError()],
    ['a 429 that asks for a second', failures.rateLimited(1)],
    ['an upgrade', failures.appUpgrade()],
    ['a 401', failures.unauthorized()],
  ])('is sent once, whatever comes: %s', async (_, fault) => {
    const { atlas, operations, call, userId, api } = await startOperations();
    await operations.listInvitations(call);
    atlas.faults.next(fault, /^DELETE /);
    await expect(
      operations.onOneConnection(call, (connection) => operations.deleteUser(call, userId, connection)),
    ).rejects.toMatchObject({ name: expect.stringMatching(/^Atlas/) });
    expect(api().filter(({ method }) => method === 'DELETE')).toHaveLength(1);
  });
});
