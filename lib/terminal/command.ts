import { checkOrganization } from './check.ts';
import { HELP } from './help.ts';
import { cancelMany } from './many.ts';
import { cancelOne } from './one.ts';
import { readCommand } from './options.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** The command `npm run cancel` with these arguments. Gives back its exit code. */
export async function runCancel(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const command = readCommand(args);
    switch (command.kind) {
      case 'help':
        terminal.out.write(HELP);
        return 0;
      case 'check':
        return await checkOrganization(command.request, command.verbose, terminal);
      case 'one':
        return await cancelOne(command.request, command.verbose, terminal);
      case 'many':
        return await cancelMany(command, terminal);
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.err.write(`${printable(error.message)}\n"npm run cancel -- --help" says what there is.\n`);
    return 2;
  }
}
