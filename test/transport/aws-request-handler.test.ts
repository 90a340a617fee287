import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { HttpRequest } from '@smithy/types';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { awsRequestHandler } from '../../lib/transport/aws-request-handler.ts';
import { Network } from '../../lib/transport/network.ts';
import { type Respond, rawAnswer, rawJson, startRawServer } from '../support/raw-server.ts';

/** Long enough for any answer that comes, short enough for one that never does. */
const PATIENCE = 60;

async function start(respond: Respond, milliseconds = 5_000) {
  const server = await startRawServer(respond);
  const handler = awsRequestHandler(new Network(systemClock), milliseconds);
  onTestFinished(() => handler.destroy?.());
  return { ...server, handler };
}

function requestTo(port: number, more: Partial<HttpRequest> = {}): HttpRequest {
  const to = { protocol: 'http:', hostname: '127.0.0.1', port, path: '/' };
  return { ...to, method: 'POST', headers: { 'x-amz-target': 'secretsmanager.GetSecretValue' }, body: '{}', ...more };
}

/** Writes the answer and closes. */
function closing(answer: string): Respond {
  return ({ socket }) => {
    socket.end(answer);
    return undefined;
  };
}

describe('an answer of AWS', () => {
  it('comes as the SDK takes it: the body as bytes, a repeated header as one', async () => {
    const answer = rawJson(400, { __type: 'X' }).replace('\r\n', '\r\nX-Amzn-RequestId: 1\r\nX-Amzn-RequestId: 2\r\n');
    const { handler, port, requests } = await start(() => answer);
    const { response } = await handler.handle(requestTo(port));
    expect(response).toEqual({
      statusCode: 400,
      headers: expect.objectContaining({ 'content-type': 'application/json', 'x-amzn-requestid': '1,2' }),
      body: Buffer.from('{"__type":"X"}'),
    });
    expect(requests).toMatchObject([
      { target: 'POST /', head: expect.stringContaining('x-amz-target: secretsmanager.GetSecretValue') },
    ]);
  });

  it.each([
    ['text', '{"a":"ä"}'],
    ['bytes', new TextEncoder().encode('{"a":"ä"}')],
  ])('comes to a document of %s', async (_, body) => {
    const { handler, port, requests } = await start(() => rawAnswer(200, { 'Content-Length': 0 }));
    const { response } = await handler.handle(requestTo(port, { body }));
    expect(response.statusCode).toBe(200);
    expect(requests[0]?.head).toContain('content-length: 10');
  });

  it('comes whole, as long as it may be', async () => {
    const { handler, port } = await start(() => rawAnswer(200, { 'Content-Length': 1_048_576 }, 'x'.repeat(1_048_576)));
    const { response } = await handler.handle(requestTo(port));
    expect(response.body).toHaveLength(1_048_576);
  });

  it('comes over the same connection as the one before', async () => {
    const { handler, port, requests } = await start(() => rawJson(200, {}));
    for (const _ of [1, 2]) await handler.handle(requestTo(port));
    expect(requests.map(({ connection }) => connection)).toEqual([1, 1]);
  });
});

describe('a lost answer of AWS', () => {
  it.each<[string, Respond]>([
    ['that never comes', () => undefined],
    ['whose connection is closed', closing('')],
    ['that is no HTTP', () => 'garbage\r\n\r\n'],
    ['whose body breaks off', closing(rawAnswer(200, { 'Content-Length': 10 }, '{'))],
    ['that is longer than any', () => rawAnswer(200, { 'Content-Length': 1_048_577 }, 'x'.repeat(1_048_577))],
    ['whose body never ends', () => rawAnswer(200, { 'Content-Length': 10 }, '{')],
  ])('%s has a name by which the SDK tries again', async (_, respond) => {
    const { handler, port } = await start(respond, PATIENCE);
    await expect(handler.handle(requestTo(port))).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('where nobody listens keeps the code that the SDK knows', async () => {
    const { handler, port, close } = await start(() => undefined);
    close();
    await expect(handler.handle(requestTo(port))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('is asked for again by the SDK, and its caller never notices', async () => {
    let asked = 0;
    const { handler, url, requests } = await start(({ socket }) => {
      if (++asked < 3) return void socket.resetAndDestroy();
      return rawJson(200, { SecretString: 'value' });
    });
    const client = new SecretsManagerClient({
      endpoint: url,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
      requestHandler: handler,
    });
    const answer = await client.send(new GetSecretValueCommand({ SecretId: 'x' }));
    expect(answer.SecretString).toBe('value');
    expect(requests).toHaveLength(3);
  });
});

describe('a request to AWS', () => {
  it('that was called off before is not sent', async () => {
    const { handler, port, requests } = await start(() => rawJson(200, {}));
    const called = handler.handle(requestTo(port), { abortSignal: AbortSignal.abort() });
    await expect(called).rejects.toMatchObject({ name: 'AbortError' });
    expect(requests).toEqual([]);
  });

  it('that is called off ends at once, with its connection', async () => {
    const controller = new AbortController();
    const closed = Promise.withResolvers<void>();
    const { handler, port } = await start(({ socket }) => {
      socket.once('close', () => closed.resolve());
      controller.abort();
      return undefined;
    });
    const called = handler.handle(requestTo(port), { abortSignal: controller.signal });
    await expect(called).rejects.toMatchObject({ name: 'AbortError' });
    await closed.promise;
  });

  it.each<[string, Partial<HttpRequest>]>([
    ['of another method', { method: 'GET' }],
    ['without a document', { body: undefined }],
    ['with a stream', { body: new ReadableStream() }],
  ])('%s is refused: no service that is asked has one', async (_, more) => {
    const { handler, port, requests } = await start(() => rawJson(200, {}));
    await expect(handler.handle(requestTo(port, more))).rejects.toThrow(TypeError);
    expect(requests).toEqual([]);
  });
});
