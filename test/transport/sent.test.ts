import { expect, it } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { Connections } from '../../lib/transport/connections.ts';
import { nextSent } from '../../lib/transport/sent.ts';
import { rawAnswer, startRawServer } from '../support/raw-server.ts';

it('settles with the next request, not with a connection that is opened for one', async () => {
  const server = await startRawServer(() => rawAnswer(204, {}));
  const connections = new Connections(server.url, systemClock);
  let sent = false;
  void nextSent().then(() => {
    sent = true;
  });
  await connections.open();
  expect(sent).toBe(false);
  await connections.leaseNow((connection) =>
    connection.exchange({ method: 'GET', path: '/', headers: {}, maxBytes: 1_000 }, 5_000),
  );
  expect(sent).toBe(true);
  await connections.close();
});
