import { describe, expect, it, onTestFinished } from 'vitest';
import { Alarm } from '../../lib/transport/alarm.ts';
import { exchange, type HttpRequest } from '../../lib/transport/exchange.ts';
import { Client } from '../../lib/transport/undici.ts';
import { type Respond, rawAnswer, rawJson, startRawServer } from '../support/raw-server.ts';

const REQUEST: HttpRequest = { method: 'DELETE', path: '/x?y=1', headers: { accept: 'text/plain' }, maxBytes: 1_000 };
/** Long enough for any answer that comes, short enough for one that never does. */
const PATIENCE = 60;

async function exchangeWith(respond: Respond, request: HttpRequest = REQUEST, milliseconds = 5_000) {
  const server = await startRawServer(respond);
  const client = new Client(server.url);
  onTestFinished(() => client.destroy());
  return { outcome: await exchange(client, request, milliseconds), client, server };
}

it('leaves the alarm to the exchange after it, however late its own connection reports to be broken', async () => {
  const server = await startRawServer(({ target }) =>
    target === 'DELETE /large' ? rawAnswer(200, { 'Content-Length': 2_000 }, 'x'.repeat(2_000)) : undefined,
  );
  const alarm = new Alarm();
  const [first, second] = [new Client(server.url), new Client(server.url)];
  onTestFinished(async () => {
    await Promise.all([first.destroy(), second.destroy()]);
  });
  expect(await exchange(first, { ...REQUEST, path: '/large' }, 5_000, alarm)).toMatchObject({ complete: false });
  expect(await exchange(second, REQUEST, PATIENCE, alarm)).toMatchObject({ lost: 'timeout' });
});

/** Writes the answer and closes. */
function closing(answer: string): Respond {
  return ({ socket }) => {
    socket.end(answer);
    return undefined;
  };
}

describe('an answer', () => {
  it.each<[string, string, object]>([
    ['without a body', rawAnswer(204, {}), { status: 204, body: '', complete: true }],
    ['with JSON', rawJson(200, { a: 1 }), { status: 200, body: '{"a":1}', complete: true }],
    [
      'in chunks',
      rawAnswer(200, { 'Transfer-Encoding': 'chunked' }, '2\r\nab\r\n1\r\nc\r\n0\r\n\r\n'),
      { status: 200, body: 'abc', complete: true },
    ],
    ['after Early Hints', `${rawAnswer(103, { Link: '<x>' })}${rawAnswer(204, {})}`, { status: 204, complete: true }],
    [
      'after Processing, twice',
      `${rawAnswer(102, {}).repeat(2)}${rawAnswer(204, {})}`,
      { status: 204, complete: true },
    ],
    [
      'that redirects',
      rawAnswer(302, { Location: 'http://127.0.0.1:9/', 'Content-Length': 0 }),
      { status: 302, complete: true },
    ],
    ['with a status that nobody knows', rawAnswer(799, { 'Content-Length': 0 }), { status: 799, complete: true }],
    [
      'that holds a body where none may be',
      rawAnswer(204, { 'Content-Length': 5 }, 'hello'),
      { status: 204, body: '', complete: true },
    ],
    [
      'of bytes that are no UTF-8',
      rawAnswer(200, { 'Content-Length': 2 }, '\xff\xfe'),
      { status: 200, complete: true },
    ],
  ])('%s is read whole', async (_, answer, expected) => {
    const { outcome } = await exchangeWith(() => answer);
    expect(outcome).toMatchObject(expected);
  });

  it('that ends with the connection is whole', async () => {
    const { outcome } = await exchangeWith(closing(rawAnswer(200, { Connection: 'close' }, 'abc')));
    expect(outcome).toMatchObject({ status: 200, body: 'abc', complete: true });
  });

  it.each<[string, Respond]>([
    ['is longer than allowed', () => rawAnswer(500, { 'Content-Length': 1_001 }, 'x'.repeat(1_001))],
    ['is far longer than allowed', () => rawAnswer(500, { 'Content-Length': 50_000_000 }, 'x'.repeat(2_000_000))],
    ['breaks off', closing(rawAnswer(500, { 'Content-Length': 10 }, 'abc'))],
    ['breaks off between chunks', closing(rawAnswer(500, { 'Transfer-Encoding': 'chunked' }, '2\r\nab\r\n'))],
    ['is malformed after its head', () => rawAnswer(500, { 'Transfer-Encoding': 'chunked' }, 'no chunk\r\n')],
  ])('whose body %s keeps its status, and its connection is given up', async (_, respond) => {
    const { outcome, client } = await exchangeWith(respond);
    expect(outcome).toMatchObject({ status: 500, complete: false });
    expect(client.destroyed).toBe(true);
  });

  it('whose body never ends keeps its status, and its connection is given up', async () => {
    // Time enough for its head, on a machine with much else to do.
    const { outcome, client } = await exchangeWith(() => rawAnswer(500, { 'Content-Length': 10 }, 'abc'), REQUEST, 400);
    expect(outcome).toMatchObject({ status: 500, complete: false, body: 'abc' });
    expect(client.destroyed).toBe(true);
  });

  it('has as many bytes as are allowed, no fewer', async () => {
    const { outcome } = await exchangeWith(() => rawAnswer(200, { 'Content-Length': 1_000 }, 'x'.repeat(1_000)));
    expect(outcome).toMatchObject({ complete: true, body: 'x'.repeat(1_000) });
  });
});

describe('a loss', () => {
  it.each<[string, Respond, 'timeout' | 'connection']>([
    ['nothing comes', () => undefined, 'timeout'],
    ['the head never ends', () => 'HTTP/1.1 204 No Content\r\nX: 1\r\n', 'timeout'],
    ['Early Hints come for ever', () => rawAnswer(103, {}), 'timeout'],
    ['the connection is closed', closing(''), 'connection'],
    ['the connection is closed after Early Hints', closing(rawAnswer(103, {})), 'connection'],
    ['the head breaks off', closing('HTTP/1.1 204 No Content\r\n'), 'connection'],
    ['what comes is no HTTP', closing('SSH-2.0-OpenSSH_9.9\r\n'), 'connection'],
    ['the head is larger than any', () => `HTTP/1.1 204 No Content\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, 'connection'],
    ['the protocol is switched', () => rawAnswer(101, { Connection: 'upgrade', Upgrade: 'x' }), 'connection'],
    ['a body is asked for that was not announced', () => rawAnswer(100, {}), 'connection'],
  ])('where %s: the request had been sent, and its connection is given up', async (_, respond, lost) => {
    const { outcome, client } = await exchangeWith(respond, REQUEST, lost === 'timeout' ? PATIENCE : 5_000);
    expect(outcome).toMatchObject({ lost, sent: true, cause: expect.any(Error) });
    expect(client.destroyed).toBe(true);
  });

  it('where the connection is refused: nothing had been sent', async () => {
    const server = await startRawServer(() => undefined);
    server.close();
    const client = new Client(server.url);
    onTestFinished(() => client.destroy());
    expect(await exchange(client, REQUEST, 5_000)).toMatchObject({ lost: 'connection', sent: false });
  });

  it('where the client is gone already: nothing had been sent', async () => {
    const { client } = await exchangeWith(() => rawAnswer(204, {}));
    await client.destroy();
    expect(await exchange(client, REQUEST, 5_000)).toMatchObject({ lost: 'connection', sent: false });
  });

  it('where no time is left', async () => {
    const { outcome } = await exchangeWith(() => undefined, REQUEST, 0);
    expect(outcome).toMatchObject({ lost: 'timeout' });
  });
});

describe('a request', () => {
  it('goes out as it is, and nothing is added that would change its meaning', async () => {
    const { server } = await exchangeWith(() => rawAnswer(204, {}));
    expect(server.requests.map(({ head }) => head.split('\r\n'))).toEqual([
      [
        'DELETE /x?y=1 HTTP/1.1',
        expect.stringMatching(/^host: 127\.0\.0\.1:\d+$/),
        'connection: keep-alive',
        'accept: text/plain',
      ],
    ]);
  });

  it('goes out once: no redirect is followed', async () => {
    const { server } = await exchangeWith(() => rawAnswer(307, { Location: '/elsewhere', 'Content-Length': 0 }));
    expect(server.requests).toHaveLength(1);
  });
});
