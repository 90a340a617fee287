import middy from '@middy/core';
import httpErrorHandler from '@middy/http-error-handler';
import type { Service } from '../service.ts';
import { createHttpDoor } from './door.ts';
import { UNEXPECTED_BODY } from './response.ts';

/**
 * The whole handler of the HTTP function: the door, within middy, which answers what the door throws. The answer's deadline
 * is our own, which comes before middy's and says more; middy's printing of errors is off, since our log line is the only
 * one and masks addresses.
 */
export function createHttpHandler(service: Service) {
  return middy({ timeoutEarlyInMillis: 0 })
    .use(httpErrorHandler({ logger: false, fallbackMessage: UNEXPECTED_BODY }))
    .handler(createHttpDoor(service));
}
