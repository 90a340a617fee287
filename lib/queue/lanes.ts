import { isFifo, type QueueMessage } from './event.ts';

/** Messages that must be handled one after the other. */
type Lane = readonly QueueMessage[];

/** On a FIFO queue the messages of each group are a lane, in their order; on a standard queue each message is one. */
export function lanesOf(messages: readonly QueueMessage[]): Lane[] {
  const lanes = new Map<unknown, QueueMessage[]>();
  for (const message of messages) {
    const key = isFifo(message.queueArn) ? message.groupId : message;
    const lane = lanes.get(key);
    if (lane) lane.push(message);
    else lanes.set(key, [message]);
  }
  return [...lanes.values()];
}

/** Handles all lanes, so many at once. */
export async function runLanes(
  lanes: readonly Lane[],
  atOnce: number,
  run: (lane: Lane) => Promise<void>,
): Promise<void> {
  const next = lanes.values();
  const worker = async () => {
    for (const lane of next) await run(lane);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, lanes.length) }, worker));
}
