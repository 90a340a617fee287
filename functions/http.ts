import { createHttpHandler } from '../lib/http/handler.ts';
import { EVENTS, ready } from '../lib/rehearsal.ts';

/** The HTTP door: `DELETE` on Atlas's own paths, and `POST /cancellations`. */
export const handler = await ready(createHttpHandler, EVENTS.http);
