import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { onTestFinished } from 'vitest';

/** A request of which the head has arrived; bodies of the client are short and arrive with it. */
export interface RawRequest {
  /** Method and path, as in the request line. */
  readonly target: string;
  readonly head: string;
  /** Which connection it came on, counted from 1. */
  readonly connection: number;
  readonly socket: Socket;
}

export interface RawServer {
  readonly url: string;
  readonly port: number;
  readonly requests: RawRequest[];
  /** From now on connections are refused; those that are open end. */
  close(): void;
}

export interface RawServerOptions {
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Default 0: any free port. */
  readonly port?: number;
}

/** What to write for a request; nothing where it writes by itself, or never. */
export type Respond = (request: RawRequest) => string | Buffer | undefined;

/** A server of bytes, for answers that no HTTP server would give. Closed with the test. */
export async function startRawServer(respond: Respond, { tls, port = 0 }: RawServerOptions = {}): Promise<RawServer> {
  const requests: RawRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const accept = (socket: Socket) => {
    const connection = ++connections;
    let received = '';
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy()); // The client may reset: that is its right, and often the test.
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = received.slice(0, end);
      received = '';
      const target = head.split(' ', 2).join(' ');
      const request = { target, head, connection, socket };
      requests.push(request);
      const answer = respond(request);
      if (answer !== undefined) socket.write(answer);
    });
  };
  const server = tls ? createTlsServer(tls, accept) : createServer(accept);
  server.on('tlsClientError', () => {}); // A client that refuses the certificate.
  const listening = Promise.withResolvers<void>();
  server.listen(port, '127.0.0.1', listening.resolve);
  await listening.promise;
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  onTestFinished(close);
  const address = server.address() as AddressInfo; // A TCP server that listens has one.
  return { url: `${tls ? 'https' : 'http'}://127.0.0.1:${address.port}`, port: address.port, requests, close };
}

/** An HTTP/1.1 answer as bytes. */
export function rawAnswer(status: number, headers: Record<string, string | number>, body = ''): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Status\r\n${lines.join('')}\r\n${body}`;
}

/** {@link rawAnswer} with a body of JSON and its length. */
export function rawJson(status: number, value: unknown): string {
  const body = JSON.stringify(value);
  return rawAnswer(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }, body);
}
