import { createQueueDoor } from '../lib/queue/door.ts';
import { EVENTS, ready } from '../lib/rehearsal.ts';

/** The queue door: messages of SQS, alone or wrapped by SNS or EventBridge, in batches of any size. */
export const handler = await ready(createQueueDoor, EVENTS.queue);
