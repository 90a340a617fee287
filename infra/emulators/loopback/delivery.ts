import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Answer, Headers } from './answer.ts';
import type { Delivery } from './faults.ts';

/** Sends an answer in the way that is asked for; `released` settles when a held one may go. */
export async function deliver(
  response: ServerResponse,
  answer: Answer,
  delivery: Delivery,
  released: () => Promise<void>,
): Promise<void> {
  const { socket } = response;
  // The caller went away meanwhile: nobody to answer.
  if (!socket || socket.destroyed) return;
  switch (delivery) {
    case 'whole':
      send(response, answer);
      break;
    case 'reset':
      socket.resetAndDestroy();
      break;
    case 'end':
      socket.destroy();
      break;
    case 'reset-after-head':
      socket.write(head(answer, Math.max(sizeOf(answer), 1)), () => socket.resetAndDestroy());
      break;
    case 'cut':
      writePart(socket, answer);
      break;
    case 'close':
      response.once('finish', () => socket.end());
      send(response, answer);
      break;
    case 'hold':
      await released();
      if (!socket.destroyed) send(response, answer);
      break;
    case 'slow-body':
      await sendSlowly(response, answer, released);
      break;
  }
}

/** Sends an answer whole, as a server does that has nothing to hide. */
export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  // Atlas announces no length with a 204, and node drops it there by itself.
  response.writeHead(
    status,
    status === 204 ? headers : { ...headers, 'Content-Length': Buffer.byteLength(body ?? '') },
  );
  response.end(body);
}

/** The head announces more than is sent. A 204 has no body to cut: its head breaks off. */
function writePart(socket: Socket, answer: Answer): void {
  const body = answer.body ?? '';
  socket.write(head(answer, sizeOf(answer) + 100));
  if (answer.status !== 204) socket.write(body);
  socket.end();
}

async function sendSlowly(
  response: ServerResponse,
  { status, headers, body = '' }: Answer,
  released: () => Promise<void>,
): Promise<void> {
  const bytes = Buffer.from(body);
  const half = bytes.length >> 1;
  if (half > 0) {
    response.writeHead(status, { ...headers, 'Content-Length': bytes.length });
    response.write(bytes.subarray(0, half));
  }
  await released();
  if (response.socket?.destroyed !== false) return;
  if (half > 0) response.end(bytes.subarray(half));
  else send(response, { status, headers, body: bytes });
}

/** Head of an answer as raw text; that of a 204, which would be a whole answer, lacks its end. */
function head({ status, headers }: Answer, length: number): string {
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...fields(headers)];
  if (status === 204) return `${lines.join('\r\n')}\r\n`;
  return `${[...lines, `Content-Length: ${length}`].join('\r\n')}\r\n\r\n`;
}

function fields(headers: Headers): string[] {
  return Object.entries(headers).flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}`));
}

function sizeOf({ body = '' }: Answer): number {
  return Buffer.byteLength(body);
}
