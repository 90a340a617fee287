import type { Context } from 'aws-lambda';
import { type Failure, toFailure } from '../failures.ts';
import type { Asked } from '../served.ts';
import type { Service } from '../service.ts';
import { httpDeadline } from './deadline.ts';
import { type HttpEvent, readEvent } from './event.ts';
import { failed, type HttpResponse, success } from './response.ts';
import { isAtlasRoute, readInput, readPresentation } from './routes.ts';

/** Patience within one request: enough for a blip, while a caller waits at the other end. */
const RETRY = { tries: 4, longestWait: 3_000 };
const LAMBDA_MILLISECONDS = 30_000;

type LambdaContext = Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>;

/** Stands in for an event that can't be read: it asks for nothing and is answered like any other. */
const UNREADABLE: HttpEvent = {
  route: '',
  path: {},
  query: [],
  headers: {},
  body: undefined,
  gateway: { requestId: undefined, receivedAt: undefined, patience: 29_000 },
  askedBy: undefined,
};

/**
 * The handler of the HTTP door: reads the event, serves the request, shapes the answer.
 * @throws {HttpError} for every failure: `@middy/http-error-handler` answers it
 */
export function createHttpDoor(service: Service) {
  return async (received: unknown, context?: Partial<LambdaContext>): Promise<HttpResponse> => {
    const { event, refused } = read(received);
    const requestId = context?.awsRequestId;
    const remaining = context?.getRemainingTimeInMillis?.() ?? LAMBDA_MILLISECONDS;
    const limits = { deadline: httpDeadline(event, remaining, service.clock), retry: RETRY };

    const served = await service.serve(askedBy(event, requestId), limits, () => {
      if (refused) throw refused;
      return readInput(event);
    });

    const presentation = readPresentation(event);
    const notices = isAtlasRoute(event) ? served.trace.notices : {};
    if (served.failure) throw failed(served.failure, presentation, requestId, notices);
    const bare = isAtlasRoute(event) && !served.request?.dryRun;
    return success(bare ? undefined : served.result, presentation, notices);
  };
}

function read(received: unknown): { event: HttpEvent; refused?: Failure } {
  try {
    return { event: readEvent(received) };
  } catch (error) {
    return { event: UNREADABLE, refused: toFailure(error) };
  }
}

function askedBy({ route, headers, gateway, askedBy }: HttpEvent, requestId: string | undefined): Asked {
  return {
    door: 'http',
    route: route.slice(0, 128),
    requestId,
    gatewayRequestId: gateway.requestId,
    callerRequestId: headers['x-request-id'],
    traceparent: headers['traceparent'],
    askedBy,
  };
}
