import middy from '@middy/core';
import httpErrorHandler from '@middy/http-error-handler';
import { createHttpDoor } from '../lib/http/door.ts';
import { Service } from '../lib/service.ts';

/**
 * The HTTP door: `DELETE` on Atlas's own paths, and `POST /cancellations`. The answer's deadline is our own, which comes
 * before middy's and says more; middy's printing of errors is off, since our log line is the only one and masks addresses.
 */
export const handler = middy({ timeoutEarlyInMillis: 0 })
  .use(httpErrorHandler({ logger: false, fallbackMessage: '{"error":500,"errorCode":"INTERNAL_ERROR"}' }))
  .handler(createHttpDoor(await new Service().ready()));
