import cliProgress from 'cli-progress';
import type { Terminal } from '../terminal.ts';
import { lineOf, type ReceivedLetter } from './dead-letter.ts';
import type { Moved } from './mover.ts';

/** Shows what becomes of each dead letter. */
interface Showing {
  show(letter: ReceivedLetter, became: Moved | 'found'): void;
  end(): void;
}

/** A bar where somebody looks at it, plain lines where they go into a pipe or a file; a look is always lines. */
export function showing({ out, err }: Terminal, total: number, dryRun: boolean): Showing {
  if (dryRun || !out.isTTY || !err.isTTY) {
    return {
      show: (letter, became) => {
        if (became === 'left') return;
        const word = typeof became === 'string' ? became : `stays, ${became.stays}`;
        out.write(`${word}: ${lineOf(letter)}\n`);
      },
      end: () => {},
    };
  }
  const stays: string[] = [];
  const bar = new cliProgress.SingleBar(
    { stream: err, format: '{bar} {value}/{total} dead letters, {stays} stay', hideCursor: true },
    cliProgress.Presets.shades_classic,
  );
  bar.start(total, 0, { stays: 0 });
  return {
    show: (letter, became) => {
      if (typeof became !== 'string') stays.push(`stays, ${became.stays}: ${lineOf(letter)}\n`);
      bar.increment(1, { stays: stays.length });
    },
    end: () => {
      bar.stop();
      out.write(stays.join(''));
    },
  };
}

/** How many there were of each failure, and how many of them were moved. */
export class Tally {
  readonly #failures = new Map<string, { found: number; moved: number }>();
  #stays = 0;

  count({ failure }: ReceivedLetter, became: Moved | 'found'): void {
    const counts = this.#failures.get(failure) ?? { found: 0, moved: 0 };
    counts.found += 1;
    if (became === 'moved') counts.moved += 1;
    this.#failures.set(failure, counts);
    if (typeof became !== 'string') this.#stays += 1;
  }

  /** How many could not be moved. */
  get stays(): number {
    return this.#stays;
  }

  /** A line for each failure, the most frequent first, and one for the newcomers; nothing where there was nothing. */
  text(newcomers: number): string {
    const sorted = [...this.#failures].toSorted(([, one], [, other]) => other.found - one.found);
    const lines = sorted.map(([failure, { found, moved }]) => `${failure}: ${found} found, ${moved} moved\n`);
    if (newcomers > 0) lines.push(`${newcomers} sent there meanwhile, left\n`);
    return lines.join('');
  }
}
