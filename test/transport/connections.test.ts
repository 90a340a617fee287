import { describe, expect, it, onTestFinished } from 'vitest';
import { deadlineIn } from '../../lib/deadline.ts';
import { Connections } from '../../lib/transport/connections.ts';
import type { HttpRequest } from '../../lib/transport/exchange.ts';
import { manualClock } from '../support/clock.ts';
import { type Respond, rawAnswer, startRawServer } from '../support/raw-server.ts';

const REQUEST: HttpRequest = { method: 'GET', path: '/', headers: {}, maxBytes: 1_000 };
const late = () => new Error('too late');

async function start({ most = 50, respond = () => rawAnswer(204, {}) }: { most?: number; respond?: Respond } = {}) {
  const server = await startRawServer(respond);
  const clock = manualClock();
  const connections = new Connections(server.url, clock, { most });
  onTestFinished(() => connections.close());
  const soon = deadlineIn(10_000, clock);
  const lease = <T>(work: Parameters<typeof connections.lease<T>>[2], deadline = soon) =>
    connections.lease(deadline, late, work);
  const send = () => lease((connection) => connection.exchange(REQUEST, 5_000));
  return { server, clock, connections, lease, send };
}

/** A lease that is held until `release`. */
async function hold({ lease }: Pick<Awaited<ReturnType<typeof start>>, 'lease'>) {
  const held = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const done = lease(async () => {
    held.resolve();
    await end.promise;
  });
  await held.promise;
  return async () => {
    end.resolve();
    await done;
  };
}

describe('a lease', () => {
  it('is of a connection that is kept alive between requests', async () => {
    const { server, send } = await start();
    expect((await send()).reused).toBe(false);
    expect((await send()).reused).toBe(true);
    expect(server.requests.map(({ connection }) => connection)).toEqual([1, 1]);
  });

  it('has its connection to itself', async () => {
    const { server, lease } = await start();
    const both = () =>
      lease(async (connection) => {
        await connection.exchange({ ...REQUEST, path: '/first' }, 5_000);
        await connection.exchange({ ...REQUEST, path: '/second' }, 5_000);
      });
    await Promise.all(Array.from({ length: 20 }, both));
    for (let connection = 1; connection <= 20; connection += 1) {
      const targets = server.requests.filter((request) => request.connection === connection);
      expect(targets.map(({ target }) => target)).toEqual(['GET /first', 'GET /second']);
    }
  });

  it('opens no more connections than are allowed: the rest wait for their turn', async () => {
    const { server, send } = await start({ most: 3 });
    const outcomes = await Promise.all(Array.from({ length: 30 }, send));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array(30).fill(expect.objectContaining({ status: 204 })));
    expect(new Set(server.requests.map(({ connection }) => connection)).size).toBe(3);
  });

  it('waits no longer than its deadline, and leaves no gap behind', async () => {
    const stage = await start({ most: 1 });
    const release = await hold(stage);
    await expect(stage.lease(async () => 'never', deadlineIn(5, stage.clock))).rejects.toThrow('too late');
    await release();
    expect((await stage.send()).outcome).toMatchObject({ status: 204 });
    const again = await hold(stage);
    const waiting = stage.lease(async () => 'second');
    await again();
    expect(await waiting).toBe('second');
  });

  it('serves those who wait in the order in which they came', async () => {
    const stage = await start({ most: 1 });
    const release = await hold(stage);
    const order: number[] = [];
    const waiting = [1, 2, 3].map((number) => stage.lease(async () => order.push(number)));
    await release();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
  });

  it('gives the connection back where the work fails', async () => {
    const { lease, send } = await start({ most: 1 });
    await expect(lease(async () => Promise.reject(new Error('work')))).rejects.toThrow('work');
    expect((await send()).outcome).toMatchObject({ status: 204 });
  });

  it('goes on with a new connection after an answer was lost', async () => {
    const respond: Respond = ({ connection, socket }) => {
      if (connection > 1) return rawAnswer(204, {});
      socket.destroy();
      return undefined;
    };
    const { lease } = await start({ respond });
    const [first, second, third] = await lease(async (connection) => [
      await connection.exchange(REQUEST, 5_000),
      await connection.exchange(REQUEST, 5_000),
      await connection.exchange(REQUEST, 5_000),
    ]);
    expect(first).toMatchObject({ outcome: { lost: 'connection' } });
    expect(second).toMatchObject({ outcome: { status: 204 }, reused: false });
    expect(third).toMatchObject({ outcome: { status: 204 }, reused: true });
  });

  it('beyond the bound is had at once, and costs nobody his turn', async () => {
    const stage = await start({ most: 1 });
    const release = await hold(stage);
    let waited = true;
    const waiting = stage.lease(async (connection) => {
      waited = false;
      return connection.exchange(REQUEST, 5_000);
    });
    const { outcome } = await stage.connections.leaseNow((connection) => connection.exchange(REQUEST, 5_000));
    expect(outcome).toMatchObject({ status: 204 });
    // What was had beyond the bound is given back, not handed on: the bound holds again.
    await new Promise(setImmediate);
    expect(waited).toBe(true);
    await release();
    expect((await waiting).outcome).toMatchObject({ status: 204 });
    expect((await stage.send()).outcome).toMatchObject({ status: 204 });
  });
});

describe('an idle connection', () => {
  it.each([
    [3_999, true],
    [4_000, false],
    [86_400_000, false],
  ])('after %i ms of wall time is trusted: %s', async (milliseconds, trusted) => {
    const { server, clock, send } = await start();
    await send();
    clock.advance(milliseconds);
    expect((await send()).reused).toBe(trusted);
    expect(server.requests.at(-1)?.connection).toBe(trusted ? 1 : 2);
  });

  it('that the far side closed meanwhile is replaced without a word', async () => {
    const { server, send } = await start();
    await send();
    const closed = Promise.withResolvers<void>();
    const socket = server.requests[0]?.socket;
    socket?.once('close', () => closed.resolve());
    socket?.end();
    await closed.promise;
    expect((await send()).outcome).toMatchObject({ status: 204 });
  });
});

describe('closing', () => {
  it.each([
    ['now, where it is idle', false],
    ['when it comes back, where it is in use', true],
  ])('closes a connection %s', async (_, inUse) => {
    const stage = await start();
    await stage.send();
    const closed = Promise.withResolvers<void>();
    stage.server.requests[0]?.socket.once('close', () => closed.resolve());
    const release = inUse ? await hold(stage) : async () => {};
    await stage.connections.close();
    await release();
    await closed.promise;
    expect(stage.server.requests).toHaveLength(1);
  });
});
