import { sqsClient } from '../../queue/sqs-client.ts';
import { Stop } from '../stop.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import type { ReceivedLetter } from './dead-letter.ts';
import { HELP } from './help.ts';
import { type Moved, Mover } from './mover.ts';
import { type Redrive, readRedrive } from './options.ts';
import { DeadLetterQueue } from './queue.ts';
import { Round } from './round.ts';
import { showing, Tally } from './showing.ts';

/** Seconds for which SQS is asked to wait before it says that the queue is empty. */
const WAIT_SECONDS = 2;

/** The command `npm run redrive` with these arguments. Gives back its exit code. */
export async function runRedrive(
  args: readonly string[],
  terminal: Terminal,
  waitSeconds = WAIT_SECONDS,
): Promise<number> {
  try {
    const asked = readRedrive(args, terminal.environment);
    if (asked !== 'help') return await redrive(asked, terminal, waitSeconds);
    terminal.out.write(HELP);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.err.write(`${error.message}\n"npm run redrive -- --help" says what there is.\n`);
      return 2;
    }
    // Of SQS or of the SDK: a queue that is not there, no permission, no credentials, no region.
    terminal.err.write(`${error instanceof Error ? `${error.name}: ${error.message}` : error}\n`);
    return 1;
  }
}

async function redrive(asked: Redrive, terminal: Terminal, waitSeconds: number): Promise<number> {
  const client = sqsClient(terminal.environment);
  const queue = new DeadLetterQueue(client, asked.from, waitSeconds);
  const round = new Round(queue, terminal.clock.now());
  const stop = new Stop();
  const ignore = terminal.onInterrupt(() => stop.request());
  const tally = new Tally();
  try {
    const { arn, count } = await queue.look();
    const mover = new Mover({ client, from: queue, fromArn: arn, to: asked.to });
    const shown = showing(terminal, count, asked.dryRun);
    const isAsked = ({ failure }: ReceivedLetter) => asked.failure === undefined || failure === asked.failure;
    const become = (letter: ReceivedLetter, became: Moved | 'found') => {
      tally.count(letter, became);
      shown.show(letter, became);
      if (became === 'moved') round.deleted(letter);
    };
    try {
      while (!stop.requested) {
        const letters = await round.next();
        if (letters === undefined) break;
        if (asked.dryRun) {
          for (const letter of letters) become(letter, isAsked(letter) ? 'found' : 'left');
        } else {
          for (const [letter, moved] of await mover.moveAll(letters, asked.failure)) become(letter, moved);
        }
      }
    } finally {
      shown.end();
      // Only now: what is released is received again.
      await round.release();
      terminal.out.write(tally.text(round.newcomers));
    }
  } finally {
    ignore();
    client.destroy();
  }
  if (stop.requested) return 130;
  if (tally.text(round.newcomers) === '') terminal.out.write('There are no dead letters.\n');
  return tally.stays > 0 ? 1 : 0;
}
