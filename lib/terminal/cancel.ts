import { runCancel } from './command.ts';
import { processTerminal } from './terminal.ts';

process.exitCode = await runCancel(process.argv.slice(2), processTerminal());
