import { readFileSync } from 'node:fs';
import { toFailure } from '../failures.ts';
import { Service } from '../service.ts';
import { describeFailure } from './one.ts';
import type { Command } from './options.ts';
import { readPeople } from './people-file.ts';
import { showProgress } from './progress.ts';
import { Report } from './report.ts';
import { Run } from './run.ts';
import { summary } from './summary.ts';
import { fromFolder, logTo, type Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** Serves every row of a file, and says what became of each. Gives back the exit code. */
export async function cancelMany(command: Command & { kind: 'many' }, terminal: Terminal): Promise<number> {
  const { out, err, environment, clock } = terminal;
  const rows = readPeople(readText(fromFolder(terminal, command.file)), command.defaults);
  const service = new Service({ environment, clock, write: logTo(terminal, command.verbose) });
  const unusable = failureOf(service);
  if (unusable) {
    err.write(describeFailure({ failure: unusable }));
    return 1;
  }
  const report = command.report === undefined ? undefined : new Report(fromFolder(terminal, command.report));
  const progress = showProgress(terminal, rows.length);
  let interrupted = false;
  let broken: unknown;
  const run = new Run(
    service,
    terminal,
    (entry) => {
      progress.done(entry);
      try {
        report?.add(entry, clock.now());
      } catch (error) {
        // What goes on without being reported would have to be found out by hand.
        broken ??= error;
        run.stop();
      }
    },
    progress.note,
  );
  const leave = terminal.onInterrupt(() => {
    interrupted = true;
    run.stop();
    progress.note('Stopping: the rows under way are finished first; Ctrl+C again ends at once.');
  });
  try {
    const entries = await run.all(rows);
    progress.end(entries);
    out.write(summary(entries));
    if (broken !== undefined) err.write(`The report could not be written any further (${codeOf(broken)}).\n`);
    if (interrupted) return 130;
    return broken !== undefined || entries.some(({ failure }) => failure !== undefined) ? 1 : 0;
  } finally {
    leave();
    report?.close();
    await service.close();
  }
}

/** What every row would fail by, before the first one does. */
function failureOf(service: Service) {
  try {
    void service.deployment;
    return undefined;
  } catch (error) {
    return toFailure(error);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`--file can't be read (${codeOf(error)}).`);
  }
}

/** The system's word for what is wrong with a file, such as ENOENT. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
