import { createHttpHandler } from '../../lib/http/handler.ts';
import type { HttpResponse } from '../../lib/http/response.ts';
import type { Service } from '../../lib/service.ts';
import { type HttpRequest, payloadV2 } from './http-events.ts';
import { lambdaContext } from './lambda.ts';

/** An answer of the HTTP door; `json` is its parsed body, where it has one. */
export interface DoorAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly json: unknown;
}

/** Sends events through the handler. A request becomes an event of payload 2.0; anything else is sent as it is. */
export function httpDoor(service: Service) {
  const handler = createHttpHandler(service);
  const send = async (event: unknown, remaining?: number): Promise<DoorAnswer> =>
    readAnswer(await handler(event, lambdaContext(remaining)));
  return {
    send,
    request: (request: HttpRequest, remaining?: number) => send(payloadV2(request), remaining),
  };
}

/** An answer as API Gateway takes it: header names without regard to letter case. */
export function readAnswer({ statusCode, headers, body }: HttpResponse): DoorAnswer {
  return {
    statusCode,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body,
    json: body === undefined ? undefined : JSON.parse(body),
  };
}
