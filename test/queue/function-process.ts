/** The queue's function in a process of its own, as Lambda runs it: an event comes in, the answer goes out. */
import { handler } from '../../functions/queue.ts';

process.on('message', async (event) => {
  process.send?.(await handler(event, { getRemainingTimeInMillis: () => 30_000 }));
});
process.send?.('ready');
