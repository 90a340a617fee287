/**
 * A process from its start to its first answer: loads the handler as Lambda's runtime does, hands it one event, and says on
 * file descriptor 3 that the answer is there. Arguments: file of the handler, event as JSON.
 */
import { writeSync } from 'node:fs';
import { answerTo, load } from './handler.ts';

const [, , file = '', event = ''] = process.argv;
const handler = await load(file);
await answerTo(handler, JSON.parse(event));
writeSync(3, '.');
process.exit();
