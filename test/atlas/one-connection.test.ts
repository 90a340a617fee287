import { afterEach, describe, expect, it, vi } from 'vitest';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import type { Fault } from '../../infra/emulators/loopback/faults.ts';
import { Connection } from '../../lib/transport/connection.ts';
import { manualClock, NOW } from '../support/clock.ts';
import { type Started, startOperations } from './support.ts';

afterEach(() => vi.restoreAllMocks());

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
          await operations.deleteUser(call, id, connection, NOW);
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

  it('carries no credential of another Atlas than its own', async () => {
    const here = await startOperations();
    const there = await startOperations();
    await here.operations.onOneConnection(here.call, async (connection) => {
      await expect(there.operations.getUser(there.call, there.userId, connection)).rejects.toMatchObject({
        name: 'AtlasUnavailable',
        message: 'The credentials have become those of another Atlas meanwhile.',
      });
    });
    expect([here.api(), there.api()]).toEqual([[], []]);
  });

  it('is never waited for by the token that its holders wait for', async () => {
    const { account, organization, operations, call } = await startOperations();
    const ids = Array.from({ length: 60 }, (_, index) => organization.invite(`p${index}@example.com`).userId);
    await operations.listInvitations(call);
    account.revokeTokens();
    const users = await Promise.all(
      ids.map((id) => operations.onOneConnection(call, (connection) => operations.getUser(call, id, connection))),
    );
    expect(users.map(({ users: [user] }) => user?.id)).toEqual(ids);
  });
});

const UNEXPECTED = { error: 500, errorCode: 'UNEXPECTED_ERROR', detail: 'Unexpected error.' };

describe('a deletion that rests on a look', () => {
  const deleteUser = ({ operations, call, userId }: Started, notAfter = NOW) =>
    operations.onOneConnection(call, async (connection) => {
      await operations.getUser(call, userId, connection);
      return operations.deleteUser(call, userId, connection, notAfter);
    });
  const deletions = ({ api }: Started) => api().filter(({ method }) => method === 'DELETE').length;

  it.each<[string, Fault, boolean]>([
    ['an answer lost before Atlas acted', failures.resetBeforeActing(), true],
    ['an answer lost after Atlas acted', failures.resetAfterActing(), true],
    ['a gateway that lost the answer', { status: 504 }, true],
    ['a 502 in the words of Atlas', { status: 502, body: UNEXPECTED }, true],
    ['a 504 in the words of Atlas', { status: 504, body: UNEXPECTED }, true],
    ['a success that is none of its', { status: 202, body: {} }, true],
    ['a 200, which is none of its either', { status: 200, body: {} }, true],
    ['a choice, which is no success', { status: 300 }, false],
    ['a 500 in the words of Atlas', failures.unexpectedError(), false],
    ['a 500 whose words break off', failures.truncatedJson(), true],
    ['a 503 of nobody', failures.emptyUnavailable(), true],
    ['a 429 that asks for a second', failures.rateLimited(1), false],
    ['an upgrade', failures.appUpgrade(), false],
  ])('is sent once, whatever comes: %s', async (_, fault, lost) => {
    const started = await startOperations();
    started.atlas.faults.next(fault, /^DELETE /);
    expect(await deleteUser(started)).toMatchObject({ kind: 'failure', failure: { retry: true }, lost });
    expect(deletions(started)).toBe(1);
  });

  it('is sent once where its credential was refused, though another is at hand by then', async () => {
    const started = await startOperations();
    started.atlas.faults.next(failures.unauthorized(), /^DELETE /);
    expect(await deleteUser(started)).toEqual({ kind: 'unsent' });
    expect(deletions(started)).toBe(1);
  });

  it('does not leave once the look has become too old', async () => {
    const started = await startOperations();
    expect(await deleteUser(started, NOW - 1)).toEqual({ kind: 'unsent' });
    expect(deletions(started)).toBe(0);
  });

  it('does not leave where a credential was so long in coming', async () => {
    const clock = manualClock();
    const started = await startOperations({ clock });
    const { atlas } = started;
    atlas.settings.tokenSeconds = 10;
    await started.operations.listInvitations(started.call);
    atlas.settings.after = ({ method, path }) => {
      if (method === 'GET' && path.includes('/users/')) clock.advance(9_500);
      if (path.includes('oauth')) clock.advance(2_000);
    };
    expect(await deleteUser(started, NOW + 10_000)).toEqual({ kind: 'unsent' });
    expect(started.call.trace.tokensMinted).toBe(2);
    expect(deletions(started)).toBe(0);
  });

  it('does not leave where a connection was so long in coming', async () => {
    const clock = manualClock();
    const started = await startOperations({ clock });
    started.atlas.faults.next({ headers: { Connection: 'close' }, act: true }, /^GET /);
    const { open } = Connection.prototype;
    vi.spyOn(Connection.prototype, 'open').mockImplementationOnce(async function (this: Connection) {
      await open.call(this);
      clock.advance(2_000);
    });
    expect(await deleteUser(started, NOW + 1_000)).toEqual({ kind: 'unsent' });
    expect(deletions(started)).toBe(0);
  });

  it('does not leave where no connection came, which a later one would carry it over', async () => {
    const started = await startOperations();
    started.atlas.faults.next({ headers: { Connection: 'close' }, act: true }, /^GET /);
    vi.spyOn(Connection.prototype, 'open').mockImplementationOnce(async () => {});
    expect(await deleteUser(started)).toMatchObject({
      kind: 'failure',
      failure: { retry: true, message: 'The connection to Atlas could not be opened.' },
      lost: false,
    });
    expect(deletions(started)).toBe(0);
  });

  it('goes over a new connection where the look was the last over the old one', async () => {
    const started = await startOperations();
    started.atlas.faults.next({ headers: { Connection: 'close' }, act: true }, /^GET /);
    expect(await deleteUser(started)).toMatchObject({ kind: 'done' });
    const [look, deletion] = started.api();
    expect(deletion?.connection).not.toBe(look?.connection);
  });
});
