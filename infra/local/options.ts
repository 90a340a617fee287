import { parseArgs } from 'node:util';

/** What `npm start -- --help` prints. */
export const USAGE = `Usage: npm start [-- options]

Runs the whole product on this machine against a simulated Atlas, sends cancellations through
every door, and stays up until Ctrl-C.

  --once         End after the show: 0 if everything went as it should, otherwise 1.
  --port NUMBER  Port of the HTTP API; 3000, or any free one with --once.
  --logs         Print what the functions log, on stderr.
  --help         Print this.`;

export interface Options {
  readonly once: boolean;
  /** 0 is any free one. */
  readonly port: number;
  readonly logs: boolean;
  readonly help: boolean;
}

/**
 * Reads the command line.
 *
 * @throws {Error} naming the option that is unknown, or has no value or a wrong one
 */
export function readOptions(args: readonly string[]): Options {
  const { once, port, logs, help } = parse(args);
  if (port === undefined) return { once, port: once ? 0 : 3000, logs, help };
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new Error(`--port must be a number from 0 to 65535, not '${port}'.`);
  return { once, port: Number(port), logs, help };
}

function parse(args: readonly string[]) {
  const boolean = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      options: { once: boolean, port: { type: 'string' }, logs: boolean, help: boolean },
    }).values;
  } catch (error) {
    // Node.js goes on to explain positional arguments, of which there are none here.
    const [reason] = error instanceof Error ? error.message.split(/\. (?=To |This )/) : [String(error)];
    throw new Error(`${reason?.replace(/\.$/, '')}. All options: npm start -- --help`, { cause: error });
  }
}
