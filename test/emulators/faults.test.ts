import { connect } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import type { Fault } from '../../infra/emulators/loopback/faults.ts';
import { INVITES, oneConnection, USERS, withInvitation } from './support.ts';

describe('a fault that answers', () => {
  it.each<[string, Fault, number, string]>([
    ['429 with Retry-After 55', failures.rateLimited(55), 429, 'RATE_LIMITED_TOKEN_BUCKET'],
    ['405 during an upgrade', failures.appUpgrade(), 405, 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES'],
    ['500', failures.unexpectedError(), 500, 'UNEXPECTED_ERROR'],
    ['empty 503', failures.emptyUnavailable(), 503, ''],
    ['empty 403', failures.emptyForbidden(), 403, ''],
    ['402', failures.accountSuspended(), 402, 'ACCOUNT_SUSPENDED'],
    ['409', failures.conflict(), 409, 'DATA_CONCURRENCY_ERROR'],
    ['401', failures.unauthorized(), 401, 'USER_UNAUTHORIZED'],
    ['HTML 502', failures.badGateway(), 502, '<html>'],
    ['302', failures.redirect('http://127.0.0.1:9/'), 302, ''],
    ['an object as JSON', { status: 400, body: { error: 'text' } }, 400, '{"error":"text"}'],
  ])('%s: the request has no effect, or has it where the fault says so', async (_, fault, status, text) => {
    const { atlas, cancel, open } = await withInvitation();
    atlas.faults.next(fault);
    const answer = await cancel();
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
    expect(answer.text === '').toBe(text === '');
    expect(open()).toBe(1);
    atlas.faults.next({ ...fault, act: true });
    expect((await cancel()).status).toBe(status);
    expect(open()).toBe(0);
    expect(atlas.requests.at(-1)).toMatchObject({ status, faulted: true });
  });

  it.each<[number | string | undefined, string | undefined]>([
    [55, '55'],
    [0, '0'],
    [undefined, undefined],
    ['Mon, 23 Nov 2026 09:00:00 GMT', 'Mon, 23 Nov 2026 09:00:00 GMT'],
  ])('429 may say Retry-After as %s', async (retryAfter, header) => {
    const { atlas, cancel } = await withInvitation();
    atlas.faults.next(failures.rateLimited(retryAfter));
    expect((await cancel()).headers['retry-after']).toBe(header);
    expect(atlas.counts.answered429).toBe(1);
  });

  it('may send a body of any size, or JSON that ends in the middle', async () => {
    const { atlas, api } = await withInvitation();
    atlas.faults.next({ ...failures.hugeBody(5_000_000), headers: {} });
    expect((await api.get('/users', USERS)).text).toHaveLength(5_000_000);
    atlas.faults.next(failures.truncatedJson());
    await expect(api.get('/users', USERS)).rejects.toThrow(SyntaxError);
  });
});

describe('a fault of the connection', () => {
  it.each<[string, Fault, number]>([
    ['reset before acting', failures.resetBeforeActing(), 1],
    ['reset after acting', failures.resetAfterActing(), 0],
    ['head, then reset', failures.headThenReset(), 0],
    ['cut body', failures.cutBody(), 0],
    ['cut body of an error', { ...failures.unexpectedError(), delivery: 'cut' }, 1],
    ['head of an error, then reset', { ...failures.unexpectedError(), delivery: 'reset-after-head' }, 1],
    ['closed without a byte', failures.staleKeepAlive(), 1],
  ])('%s: the caller sees a broken connection', async (_, fault, left) => {
    const { atlas, cancel, open } = await withInvitation();
    atlas.faults.next(fault);
    await expect(cancel()).rejects.toThrow();
    expect(open()).toBe(left);
    expect(atlas.requests.at(-1)).toMatchObject({ status: 0, faulted: true });
    expect((await cancel()).status).toBe(left === 1 ? 204 : 400);
  });

  it('closes after a whole answer without notice', async () => {
    const { atlas, api, agent, cancel } = await withInvitation();
    atlas.faults.next(failures.closesAfterAnswer());
    const { status, headers } = await cancel();
    expect(status).toBe(204);
    expect(headers['connection']).toBe('keep-alive');
    await agent.close();
    const other = oneConnection();
    await api.get('/users', USERS, other);
    await api.get('/users', USERS, other);
    expect(atlas.requests.slice(-2)).toMatchObject([{ reused: false }, { reused: true }]);
  });

  it('closes a kept-alive connection when the next request arrives', async () => {
    const { atlas, api, agent } = await withInvitation();
    atlas.faults.next(failures.staleKeepAlive(), ({ reused }) => reused);
    expect((await api.get('/users', USERS, agent)).status).toBe(200);
    await expect(api.get('/users', USERS, agent)).rejects.toThrow();
    expect((await api.get('/users', USERS, agent)).status).toBe(200);
    expect(atlas.requests.slice(-3).map(({ reused }) => reused)).toEqual([false, true, false]);
  });
});

describe('faults in waiting', () => {
  it('are played on the requests they match, in order, as often as asked', async () => {
    const { atlas, api } = await withInvitation();
    atlas.faults.next({ status: 503 }, /^GET .*\/users/, 2);
    atlas.faults.next({ status: 500 }, ({ method }) => method === 'GET');
    const statuses = [];
    for (const path of ['/invites', '/users', '/users', '/users']) {
      statuses.push((await api.get(path, path === '/users' ? USERS : INVITES)).status);
    }
    expect(statuses).toEqual([500, 503, 503, 200]);
    expect(atlas.faults.pending).toBe(0);
  });

  it('may be chosen for every request, and forgotten', async () => {
    const { atlas, api } = await withInvitation();
    atlas.faults.always(({ number }) => (number % 2 === 0 ? { status: 503 } : undefined));
    expect((await api.get('/users', USERS)).status).toBe(503);
    expect((await api.get('/users', USERS)).status).toBe(200);
    atlas.faults.next({ status: 500 });
    atlas.faults.clear();
    expect((await api.get('/users', USERS)).status).toBe(200);
    expect(atlas.counts.faults).toBe(1);
  });

  it('adds headers to a true answer', async () => {
    const { atlas, api } = await withInvitation();
    atlas.faults.next({ headers: { Connection: 'close' } });
    expect(await api.get('/users', USERS)).toMatchObject({ status: 200, headers: { connection: 'close' } });
  });
});

describe('a caller that goes away in the middle of its request', () => {
  it('does no harm', async () => {
    const { atlas, api } = await withInvitation();
    const socket = connect(Number(new URL(atlas.url).port), '127.0.0.1');
    socket.write('POST /api/oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\ngrant');
    await vi.waitFor(() => expect(atlas.counts.requests).toBe(2));
    socket.destroy();
    expect((await api.get('/users', USERS)).status).toBe(200);
    expect(atlas.counts.tokenRequests).toBe(1);
  });
});

describe('delay', () => {
  it('is added to every answer', async () => {
    const { atlas, api } = await withInvitation();
    atlas.settings.delay = 30;
    const before = performance.now();
    await api.get('/users', USERS);
    expect(performance.now() - before).toBeGreaterThan(28);
  });
});
