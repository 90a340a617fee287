import { resolve } from 'node:path';
import { type Clock, systemClock } from '../clock.ts';
import type { Environment } from '../configuration.ts';
import type { WriteLines } from '../observability/log.ts';
import { printableJson } from './printable.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** Where a command runs: its edges, handed in so that it can be run without a process of its own. */
export interface Terminal {
  readonly out: Output;
  readonly err: Output;
  readonly environment: Environment;
  readonly clock: Clock;
  /** Calls the listener when the operator asks to stop; gives back what takes it away again. */
  readonly onInterrupt: (listener: () => void) => () => void;
}

/** One Ctrl+C reaches this process more than once: from the terminal, and from each parent that passes it on. */
const ONE_INTERRUPT_MILLISECONDS = 1_000;

/** The terminal of this process. A second Ctrl+C ends it at once. */
export function processTerminal(): Terminal {
  // Whoever read the output, `head` for one, may have gone: the rows under way and the report are none of its business.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    out: process.stdout,
    err: process.stderr,
    environment: process.env,
    clock: systemClock,
    onInterrupt: (listener) => {
      let since: number | undefined;
      const interrupt = (signal: NodeJS.Signals) => {
        const now = systemClock.now();
        if (signal === 'SIGINT' && since !== undefined && now - since > ONE_INTERRUPT_MILLISECONDS) process.exit(130);
        if (since === undefined) listener();
        since ??= now;
      };
      for (const signal of SIGNALS) process.on(signal, interrupt);
      return () => {
        for (const signal of SIGNALS) process.off(signal, interrupt);
      };
    },
  };
}

/**
 * A path of a file as the operator means it: from the folder in which npm was called. npm itself goes to the project's, and
 * tells the other one (npm docs, "scripts": `INIT_CWD`).
 */
export function fromFolder({ environment }: Terminal, path: string): string {
  return resolve(environment['INIT_CWD'] ?? '', path);
}

/** The service's log lines, to stderr where they are asked for. Its metrics are for CloudWatch and have no reader here. */
export function logTo({ err }: Terminal, verbose: boolean): WriteLines {
  if (!verbose) return () => {};
  return (lines) => {
    for (const line of lines.split('\n'))
      if (line !== '' && !line.startsWith('{"_aws"')) err.write(`${printableJson(line)}\n`);
  };
}
