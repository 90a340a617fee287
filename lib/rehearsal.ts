import type { Context } from 'aws-lambda';
import { systemClock } from './clock.ts';
import { Service } from './service.ts';
import type { NewClients } from './transport/client.ts';
import { Network } from './transport/network.ts';
import type { DispatchController } from './transport/undici.ts';

const INVITATION = { orgId: '0'.repeat(24), invitationId: '0'.repeat(24) };

/** For each door an event that cancels an invitation. */
export const EVENTS = {
  http: {
    version: '2.0',
    routeKey: 'DELETE /api/atlas/v2/orgs/{orgId}/invites/{invitationId}',
    pathParameters: INVITATION,
    requestContext: {},
  },
  queue: { Records: [{ messageId: 'rehearsal', body: JSON.stringify(INVITATION) }] },
  workflow: INVITATION,
};

const TOKEN = Buffer.from(JSON.stringify({ access_token: 'rehearsal', token_type: 'Bearer', expires_in: 3600 }));
const NOTICES = { 'ratelimit-limit': '500', 'ratelimit-remaining': '499', 'x-envoy-upstream-service-time': '1' };
const controller: DispatchController = {
  aborted: false,
  paused: false,
  reason: null,
  abort() {},
  pause() {},
  resume() {},
};

/** Clients without a network, which answer at once: with a token, or that it is deleted. */
const toNowhere: NewClients = () => () => ({
  destroyed: false,
  stats: { connected: true },
  dispatch({ method }, handler) {
    handler.onRequestStart?.(controller, {});
    handler.onResponseStart?.(controller, method === 'POST' ? 200 : 204, NOTICES);
    if (method === 'POST') handler.onResponseData?.(controller, TOKEN);
    handler.onResponseEnd?.(controller, {});
    return true;
  },
  async destroy() {},
});

/** What the doors read of a context. */
const CONTEXT = { awsRequestId: 'rehearsal', getRemainingTimeInMillis: () => 30_000 };

type Handler<Answer> = (event: unknown, context: Context) => Promise<Answer>;

/**
 * Has a handler serve one event with nothing at stake: no network, no log, no secret. V8 compiles a function when it is
 * called first (v8.dev, "Blazingly fast parsing, part 2: lazy parsing"), and what it has compiled here the first real
 * request need not wait for.
 */
export async function rehearse<Answer>(create: (service: Service) => Handler<Answer>, event: unknown): Promise<Answer> {
  const service = new Service({
    environment: { ATLAS_SECRET_ID: 'rehearsal' },
    clock: systemClock,
    write: () => {},
    readSecret: async () => ({ kind: 'service-account', id: 'rehearsal', secret: 'rehearsal' }),
    network: new Network(systemClock, { newClients: toNowhere }),
  });
  return create(service)(event, CONTEXT as Context);
}

/** The handler of a function, made ready while Lambda initialises it: with an event that is rehearsed. */
export async function ready<Created extends Handler<unknown>>(
  create: (service: Service) => Created,
  event: unknown,
): Promise<Created> {
  return create(await new Service().ready(() => rehearse(create, event)));
}
