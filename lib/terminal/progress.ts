import cliProgress from 'cli-progress';
import { type Entry, hasFailed, lineOf } from './entry.ts';
import { failedRows } from './summary.ts';
import type { Terminal } from './terminal.ts';

/** Shows how far a run has come. */
export interface Progress {
  done(entry: Entry): void;
  /** Says what is going on besides. */
  note(text: string): void;
  /** Ends the showing; the entries are those of the whole run. */
  end(entries: readonly Entry[]): void;
}

/** A bar where somebody looks at it, plain lines where they go into a pipe or a file. */
export function showProgress({ out, err }: Terminal, total: number): Progress {
  return out.isTTY && err.isTTY ? bar(err, out, total) : plainLines(out, err);
}

function plainLines(out: NodeJS.WritableStream, err: NodeJS.WritableStream): Progress {
  return {
    done: (entry) => void out.write(`${lineOf(entry)}\n`),
    note: (text) => void err.write(`${text}\n`),
    end: () => {},
  };
}

function bar(err: NodeJS.WritableStream, out: NodeJS.WritableStream, total: number): Progress {
  let failed = 0;
  const format = '{bar} {value}/{total} rows, {failed} failed  {note}';
  const shown = new cliProgress.SingleBar(
    { stream: err, format, hideCursor: true },
    cliProgress.Presets.shades_classic,
  );
  shown.start(total, 0, { failed, note: '' });
  return {
    done: (entry) => {
      if (hasFailed(entry)) failed += 1;
      shown.increment(1, { failed, note: '' });
    },
    note: (note) => shown.update({ note }),
    end: (entries) => {
      shown.stop();
      out.write(failedRows(entries));
    },
  };
}
