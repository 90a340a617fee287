import { sqsClient } from '../../queue/sqs-client.ts';
import { printable } from '../printable.ts';
import { Stop } from '../stop.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { beginning } from './beginning.ts';
import type { ReceivedLetter } from './dead-letter.ts';
import { HELP } from './help.ts';
import { type Moved, Mover } from './mover.ts';
import { type Redrive, readRedrive } from './options.ts';
import { DeadLetterQueue } from './queue.ts';
import { Round } from './round.ts';
import { showing, Tally } from './showing.ts';
import { unseen, unseenText } from './unseen.ts';

/** Seconds for which SQS is asked to wait before it says that the queue is empty. */
const WAIT_SECONDS = 2;

/** For one request. Ten dead letters are 10 MiB at the most, which an operator's line may take a while for. */
const REQUEST_MILLISECONDS = 60_000;

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
      terminal.err.write(`${printable(error.message)}\n"npm run redrive -- --help" says what there is.\n`);
      return 2;
    }
    // Of SQS or of the SDK: a queue that is not there, no permission, no credentials, no region.
    terminal.err.write(`${printable(error instanceof Error ? `${error.name}: ${error.message}` : String(error))}\n`);
    return 1;
  }
}

async function redrive(asked: Redrive, terminal: Terminal, waitSeconds: number): Promise<number> {
  const limits = { milliseconds: REQUEST_MILLISECONDS };
  const client = sqsClient(terminal.environment, limits);
  const receiver = sqsClient(terminal.environment, { ...limits, maxAttempts: 1 });
  const queue = new DeadLetterQueue({ client, receiver, url: asked.from, waitSeconds });
  const stop = new Stop();
  const ignore = terminal.onInterrupt(() => stop.request());
  const tally = new Tally();
  try {
    const { arn, counts: before, date } = await queue.look();
    const round = new Round(queue, beginning(date, terminal.clock.now()));
    const mover = new Mover({ client, from: queue, fromArn: arn, to: asked.to });
    const shown = showing(terminal, before.visible, asked.dryRun);
    const isAsked = ({ failure }: ReceivedLetter) => asked.failure === undefined || failure === asked.failure;
    const become = (letter: ReceivedLetter, became: Moved | 'found') => {
      tally.count(letter, became);
      shown.show(letter, became);
      if (became === 'moved') round.deleted(letter);
    };
    let missed = 0;
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
      const { seen, held } = round;
      if (!stop.requested) missed = unseen({ before, after: (await queue.look()).counts, seen, held });
    } finally {
      shown.end();
      // Only now: what is released is received again.
      await round.release();
      terminal.out.write(tally.text(round.newcomers));
    }
    if (stop.requested) return 130;
    if (missed > 0) terminal.err.write(unseenText(missed, queue.fifo && round.held > 0));
    else if (tally.text(round.newcomers) === '') terminal.out.write('There are no dead letters.\n');
    return missed > 0 || tally.stays > 0 ? 1 : 0;
  } finally {
    ignore();
    client.destroy();
    receiver.destroy();
  }
}
