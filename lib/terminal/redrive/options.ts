import { parseArgs } from 'node:util';
import type { Environment } from '../../configuration.ts';
import { UsageError } from '../usage-error.ts';
import { DEAD_LETTER_FAILURES, NO_FAILURE } from './dead-letter.ts';

const OPTIONS = {
  from: { type: 'string' },
  to: { type: 'string' },
  failure: { type: 'string' },
  'dry-run': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** What is to be moved, and where to. */
export interface Redrive {
  /** URL of the dead-letter queue. */
  readonly from: string;
  /** URL of the queue to send to; where absent, each dead letter names its own. */
  readonly to: string | undefined;
  /** Name of the failure; all, where absent. */
  readonly failure: string | undefined;
  readonly dryRun: boolean;
}

/**
 * Reads the arguments of the command.
 * @throws {UsageError} which names the option
 */
export function readRedrive(args: readonly string[], environment: Environment): Redrive | 'help' {
  const values = readOptions(args);
  if (values.help) return 'help';
  const from = values.from ?? environment['DEAD_LETTER_QUEUE_URL']?.trim();
  if (!from) throw new UsageError('--from is needed: the URL of the dead-letter queue.');
  const names = [...DEAD_LETTER_FAILURES, NO_FAILURE];
  if (values.failure !== undefined && !names.includes(values.failure)) {
    throw new UsageError(`--failure must be one of ${names.join(', ')}.`);
  }
  const to = values.to === undefined ? undefined : queueUrl('--to', values.to);
  if (from === to) throw new UsageError('--to must be another queue than --from.');
  return { from: queueUrl('--from', from), to, failure: values.failure, dryRun: values['dry-run'] ?? false };
}

function readOptions(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch (error) {
    if (error instanceof TypeError && 'code' in error) throw new UsageError(error.message);
    throw error;
  }
}

function queueUrl(option: string, value: string): string {
  const protocol = URL.parse(value)?.protocol;
  if (protocol !== 'https:' && protocol !== 'http:') throw new UsageError(`${option} must be the URL of a queue.`);
  return value;
}
