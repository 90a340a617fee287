import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { Connections } from '../../lib/transport/connections.ts';
import type { HttpRequest } from '../../lib/transport/exchange.ts';
import { manualClock } from '../support/clock.ts';
import { rawAnswer } from '../support/raw-server.ts';

const REQUEST: HttpRequest = { method: 'DELETE', path: '/', headers: {}, maxBytes: 1_000 };

/** A server that counts what reaches it, connections without a request too. */
async function start() {
  const sockets: Socket[] = [];
  const heads: string[] = [];
  const accepted = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      heads.push(chunk.toString('latin1'));
      socket.write(rawAnswer(204, {}));
    });
    accepted.resolve();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // A TCP server that listens has one.
  const clock = manualClock();
  const connections = new Connections(`http://127.0.0.1:${port}`, clock);
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(async () => {
    await connections.close();
    await close();
  });
  const send = () => connections.leaseNow((connection) => connection.exchange(REQUEST, 5_000));
  return { sockets, heads, accepted: accepted.promise, clock, connections, close, send };
}

it('is open before the first request, and nothing was sent over it', async () => {
  const { connections, accepted, sockets, heads } = await start();
  await connections.open();
  await accepted;
  expect(sockets).toHaveLength(1);
  expect(heads).toEqual([]);
});

it('carries the first request, and those after it', async () => {
  const { connections, send, sockets, heads } = await start();
  await connections.open();
  expect((await send()).outcome).toMatchObject({ status: 204 });
  expect((await send()).outcome).toMatchObject({ status: 204 });
  expect(sockets).toHaveLength(1);
  expect(heads.map((head) => head.split('\r\n', 1)[0])).toEqual(['DELETE / HTTP/1.1', 'DELETE / HTTP/1.1']);
});

it('is not used when Lambda has frozen the process meanwhile', async () => {
  const { connections, clock, send, sockets } = await start();
  await connections.open();
  clock.advance(10_000);
  expect((await send()).outcome).toMatchObject({ status: 204 });
  expect(sockets).toHaveLength(2);
});

it('does not keep a request from being answered that the far side closed it under', async () => {
  const { connections, accepted, send, sockets } = await start();
  await connections.open();
  await accepted;
  const [first] = sockets;
  await new Promise((resolve) => first?.once('close', resolve).destroy());
  const { outcome } = await send();
  const answered = 'status' in outcome ? outcome : (await send()).outcome;
  expect(answered).toMatchObject({ status: 204 });
});

it('may fail to open: the first request says why', async () => {
  const { connections, close, send } = await start();
  await close();
  await expect(connections.open()).resolves.toBeUndefined();
  expect((await send()).outcome).toMatchObject({ lost: 'connection', sent: false, cause: { code: 'ECONNREFUSED' } });
});
