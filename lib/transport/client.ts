import { buildConnector, Client } from './undici.ts';

/** What is used of an undici client: one kept-alive HTTP/1.1 connection. */
export type HttpClient = Pick<Client, 'dispatch' | 'destroy' | 'destroyed'> & {
  readonly stats: Pick<Client['stats'], 'connected'>;
};

/** Makes clients of one origin, which connect when they are used. */
export type NewClients = (origin: string) => () => HttpClient;

/**
 * Kept-alive sockets idle for longer are not used again. The bound is on wall time: Lambda freezes the process between
 * invocations, timers stand still, and the far side closes meanwhile.
 */
export const IDLE_MILLISECONDS = 4_000;
const CONNECT_MILLISECONDS = 5_000;

export const newClients: NewClients = (origin) => {
  // Shared by all clients, so that a new connection resumes the TLS session of an earlier one. Verification is stated, so
  // that NODE_TLS_REJECT_UNAUTHORIZED can't switch it off.
  const connect = buildConnector({ allowH2: false, timeout: CONNECT_MILLISECONDS, rejectUnauthorized: true });
  return () =>
    new Client(origin, {
      connect,
      keepAliveTimeout: IDLE_MILLISECONDS,
      // The deadline of each exchange stands in for undici's own timers.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
};
