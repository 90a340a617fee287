import { describe, expect, it, onTestFinished } from 'vitest';
import { AtlasClient } from '../../lib/atlas/client.ts';
import type { AtlasRequest } from '../../lib/atlas/trip.ts';
import type { Call } from '../../lib/call.ts';
import { systemClock } from '../../lib/clock.ts';
import type { Credential, Credentials } from '../../lib/credentials/credential.ts';
import { deadlineIn } from '../../lib/deadline.ts';
import { newTrace } from '../../lib/trace.ts';
import { Network } from '../../lib/transport/network.ts';
import { type Respond, rawAnswer, rawJson, startRawServer } from '../support/raw-server.ts';

const DELETION: AtlasRequest = { resource: 'invites', method: 'DELETE', path: '/orgs/x/invites/y' };
const REMOVAL: AtlasRequest = { resource: 'users', method: 'DELETE', path: '/orgs/x/users/y' };

/** A client whose credentials write down what they are told, and a server that answers so. */
async function start(respond: Respond, { tries = 1, most = 50 } = {}) {
  const server = await startRawServer(respond);
  const authorization = { header: 'Bearer x', answer: () => undefined, accepted: () => {} };
  const credential: Credential = { kind: 'service-account', baseUrl: server.url, authorize: () => authorization };
  const accepted: string[] = [];
  const credentials: Credentials = {
    ready: () => credential,
    current: async () => credential,
    accepted: (_, operation) => void accepted.push(operation),
    renew: async (_, __, ___, refusal) => Promise.reject(refusal),
  };
  const network = new Network(systemClock, { most });
  onTestFinished(() => network.close());
  const client = new AtlasClient(network, credentials, systemClock);
  const call = (milliseconds = 5_000): Call => ({
    orgId: 'x',
    deadline: deadlineIn(milliseconds, systemClock),
    retry: { tries, longestWait: 0 },
    trace: newTrace(),
  });
  const sendOnce = (request: AtlasRequest) =>
    client.onOneConnection(call(), (on) => client.sendOnce(call(), request, on, Number.POSITIVE_INFINITY));
  return { ...server, client, call, accepted, sendOnce };
}

function error(status: number, errorCode: string): string {
  return rawJson(status, { error: status, errorCode, detail: 'Why.' });
}

describe('what Atlas accepted a credential for', () => {
  it.each([
    ['done', rawAnswer(204, {}), ['DELETE invites']],
    ['gone', error(404, 'INVALID_INVITATION_ID'), ['DELETE invites']],
    ['gone, or the endpoint is', rawAnswer(406, { 'Content-Length': 0 }), []],
    ['the end of the endpoint', error(410, 'GONE'), []],
    ['refused', error(403, 'CANNOT_DELETE_GROUP_INVITATION'), []],
    ['failed', error(500, 'UNEXPECTED_ERROR'), []],
  ])('is told by a deletion that is %s', async (_, answer, operations) => {
    const { client, call, accepted } = await start(() => answer);
    await client.send(call(), DELETION).catch(() => {});
    expect(accepted).toEqual(operations);
  });

  it.each([
    ['done', rawAnswer(204, {}), ['DELETE users']],
    ['gone', error(404, 'USER_NOT_FOUND'), ['DELETE users']],
    ['failed', error(500, 'UNEXPECTED_ERROR'), []],
  ])('is told by one that rests on a look, and is %s', async (_, answer, operations) => {
    const { sendOnce, accepted } = await start(() => answer);
    await sendOnce(REMOVAL);
    expect(accepted).toEqual(operations);
  });
});

describe('a kept-alive connection', () => {
  /** Closes the connection under each request of these numbers, and answers all others. */
  const closingUnder = (numbers: readonly number[]) => {
    let received = 0;
    return (({ socket }) => {
      received += 1;
      if (!numbers.includes(received)) return rawAnswer(204, {});
      socket.destroy();
      return undefined;
    }) satisfies Respond;
  };

  it('that the far side has closed is no try: the request goes over a new one', async () => {
    const { client, call, requests } = await start(closingUnder([2]));
    await client.send(call(), DELETION);
    await expect(client.send(call(), DELETION)).resolves.toMatchObject({ verdict: { kind: 'done' }, lostBefore: true });
    expect(requests.map(({ connection }) => connection)).toEqual([1, 1, 2]);
  });

  it('that is closed again and again uses up the tries', async () => {
    const { client, call, requests } = await start(closingUnder([2, 3]));
    await client.send(call(), DELETION);
    await expect(client.send(call(), DELETION)).rejects.toMatchObject({ name: 'AtlasUnavailable' });
    expect(requests).toHaveLength(3);
  });

  it('that was never used before is a try, when it is closed', async () => {
    const { client, call, requests } = await start(closingUnder([1]));
    await expect(client.send(call(), DELETION)).rejects.toMatchObject({ name: 'AtlasUnavailable' });
    expect(requests).toHaveLength(1);
  });

  it('that is waited for in vain is named', async () => {
    const { client, call } = await start(() => undefined, { most: 1 });
    const holding = client.onOneConnection(call(), async () => {
      await expect(client.send(call(30), DELETION)).rejects.toMatchObject({
        name: 'AtlasTimeout',
        message: 'A free connection to Atlas did not come in time.',
      });
    });
    await holding;
  });
});
