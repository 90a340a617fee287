import { createHttpHandler } from '../lib/http/handler.ts';
import { Service } from '../lib/service.ts';

/** The HTTP door: `DELETE` on Atlas's own paths, and `POST /cancellations`. */
export const handler = createHttpHandler(await new Service().ready());
