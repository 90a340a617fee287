import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Only this machine: nothing of the local stage can be reached from outside. */
export const LOOPBACK = '127.0.0.1';

async function listen(port: number): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(port, LOOPBACK);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port.');
  return { server, port: address.port };
}

/**
 * Finds a free port for each one asked for, for programs that can't choose one by themselves. Another program may take
 * one before it is used; the operating system hands out others first, so that is rare.
 *
 * @param wanted port numbers; 0 is any free one
 * @throws {Error} naming the port, if a port that was asked for by number is in use
 */
export async function freePorts<const Wanted extends readonly number[]>(
  wanted: Wanted,
): Promise<{ [Index in keyof Wanted]: number }> {
  const held = [];
  try {
    for (const port of wanted) held.push(await listen(port));
    // Held all together, so that they differ. map() keeps the length, which its type does not say.
    return held.map(({ port }) => port) as { [Index in keyof Wanted]: number };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      const taken = wanted[held.length];
      throw new Error(`Port ${taken} is in use: stop what listens there, or choose another.`, { cause: error });
    }
    throw error;
  } finally {
    await Promise.all(held.map(({ server }) => once(server.close(), 'close')));
  }
}
