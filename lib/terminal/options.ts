import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { Failure } from '../failures.ts';
import { type PreflightRequest, parsePreflight } from '../preflight/request.ts';
import { type CancellationRequest, CancellationRequestSchema, parseRequest } from '../request.ts';
import { UsageError } from './usage-error.ts';

const OPTIONS = {
  org: { type: 'string' },
  username: { type: 'string' },
  'invitation-id': { type: 'string' },
  'user-id': { type: 'string' },
  'if-accepted': { type: 'string' },
  'dry-run': { type: 'boolean' },
  reason: { type: 'string' },
  file: { type: 'string' },
  report: { type: 'string' },
  check: { type: 'boolean' },
  verbose: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** The option behind each field of a request. */
const OPTION_OF: Readonly<Record<string, keyof typeof OPTIONS>> = {
  orgId: 'org',
  username: 'username',
  invitationId: 'invitation-id',
  userId: 'user-id',
  ifAccepted: 'if-accepted',
  dryRun: 'dry-run',
  reason: 'reason',
};

/** What every row of a file gets, unless it says otherwise itself. */
export interface Defaults {
  readonly orgId?: string | undefined;
  readonly ifAccepted?: string | undefined;
  readonly reason?: string | undefined;
  readonly dryRun: boolean;
}

export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'check'; readonly request: PreflightRequest; readonly verbose: boolean }
  | { readonly kind: 'one'; readonly request: CancellationRequest; readonly verbose: boolean }
  | {
      readonly kind: 'many';
      readonly file: string;
      readonly report: string | undefined;
      readonly defaults: Defaults;
      readonly verbose: boolean;
    };

/**
 * Reads the arguments of the command.
 * @throws {UsageError} which names the option
 */
export function readCommand(args: readonly string[]): Command {
  const values = readOptions(args);
  if (values.help) return { kind: 'help' };
  const verbose = values.verbose ?? false;
  if (values.check) return { kind: 'check', request: readPreflight(values), verbose };
  const defaults: Defaults = {
    orgId: values.org,
    ifAccepted: values['if-accepted'],
    reason: values.reason,
    dryRun: values['dry-run'] ?? false,
  };
  const whom = { username: values.username, invitationId: values['invitation-id'], userId: values['user-id'] };
  if (values.file !== undefined) {
    for (const [field, value] of Object.entries(whom)) {
      if (value !== undefined) throw new UsageError(`${optionOf(field)} does not go with --file.`);
    }
    assertDefaults(defaults);
    return { kind: 'many', file: values.file, report: values.report, defaults, verbose };
  }
  if (Object.values(whom).every((value) => value === undefined)) {
    throw new UsageError('One of --username, --invitation-id, --user-id and --file is needed.');
  }
  if (values.report !== undefined) throw new UsageError('--report goes with --file only.');
  return { kind: 'one', request: readRequest({ ...defaults, ...whom }), verbose };
}

function readOptions(args: readonly string[]) {
  try {
    const { values, tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: true, tokens: true });
    const given = tokens.filter((token) => token.kind === 'option').map(({ name }) => name);
    const twice = given.find((name, index) => given.indexOf(name) !== index);
    // The last one would win, and the first person stay invited.
    if (twice !== undefined) throw new UsageError(`--${twice} is given more than once.`);
    return values;
  } catch (error) {
    if (error instanceof TypeError && 'code' in error) throw new UsageError(error.message);
    throw error;
  }
}

function readRequest(input: Readonly<Record<string, unknown>>): CancellationRequest {
  return namingOptions(() =>
    parseRequest(Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))),
  );
}

function readPreflight({ org: orgId, check, verbose: _, ...others }: ReturnType<typeof readOptions>): PreflightRequest {
  const [other] = Object.keys(others);
  if (other !== undefined) throw new UsageError(`--${other} does not go with --check.`);
  return namingOptions(() => parsePreflight({ check, ...(orgId === undefined ? {} : { orgId }) }));
}

/** @throws {UsageError} which names the options behind the fields that `parse` refuses */
function namingOptions<Request>(parse: () => Request): Request {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const fields = error.fields ?? [];
    throw new UsageError(fields.map(({ field, description }) => `${optionOf(field)} ${description}.`).join(' '));
  }
}

function assertDefaults(defaults: Defaults): void {
  const { issues } = v.safeParse(v.partial(v.object(CancellationRequestSchema.entries)), defaults);
  const [issue] = issues ?? [];
  if (issue) throw new UsageError(`${optionOf(v.getDotPath(issue) ?? '')} ${issue.message}.`);
}

function optionOf(field: string): string {
  return `--${OPTION_OF[field] ?? field}`;
}
