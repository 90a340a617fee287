import { createQueueDoor } from '../lib/queue/door.ts';
import { Service } from '../lib/service.ts';

/** The queue door: messages of SQS, alone or wrapped by SNS or EventBridge, in batches of any size. */
export const handler = createQueueDoor(await new Service().ready());
