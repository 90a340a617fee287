/** One handler of the HTTP door through some events, one after the other. */
import { answerTo, load } from './handler.ts';
import { work } from './work.ts';

export interface TripsInput {
  readonly file: string;
  readonly events: readonly object[];
}

work(async ({ file, events }: TripsInput): Promise<null> => {
  const handler = await load(file);
  for (const event of events) await answerTo(handler, event);
  return null;
});
