import { runRedrive } from './redrive/command.ts';
import { processTerminal } from './terminal.ts';

process.exitCode = await runRedrive(process.argv.slice(2), processTerminal());
