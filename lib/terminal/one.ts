import type { Result } from '../cancellation/result.ts';
import { deadlineIn } from '../deadline.ts';
import type { CancellationRequest } from '../request.ts';
import type { Served } from '../served.ts';
import { type Limits, Service } from '../service.ts';
import { printable } from './printable.ts';
import { logTo, type Terminal } from './terminal.ts';

const TRY_MILLISECONDS = 60_000;
const RETRY = { tries: 5, longestWait: 3_000 };
/** So long the operator is made to wait for Atlas's rate limit. */
const LONGEST_HOLD_MILLISECONDS = 180_000;

/** How long a request may take and wait by itself: nobody but the operator waits for it, and no gateway gives up. */
export function patience({ clock }: Terminal): Limits {
  return { deadline: deadlineIn(TRY_MILLISECONDS, clock), retry: RETRY };
}

/** Who asks, for the log. */
export function askedBy({ environment }: Terminal) {
  return { door: 'terminal', askedBy: environment['USER'] ?? environment['USERNAME'] } as const;
}

/** Serves one request and prints what came of it. Gives back the exit code. */
export async function cancelOne(request: CancellationRequest, verbose: boolean, terminal: Terminal): Promise<number> {
  const { out, err, environment, clock } = terminal;
  const service = new Service({ environment, clock, write: logTo(terminal, verbose) });
  try {
    const served = await serveInTime(service, request, terminal);
    if (served.result) out.write(describe(served.result, served));
    else err.write(describeFailure(served));
    return served.result ? 0 : 1;
  } finally {
    await service.close();
  }
}

/** Serves the request, again where Atlas's rate limit has room for it soon enough. */
async function serveInTime(service: Service, request: CancellationRequest, terminal: Terminal): Promise<Served> {
  const { clock, err } = terminal;
  const held = deadlineIn(LONGEST_HOLD_MILLISECONDS, clock);
  for (;;) {
    const served = await service.serve(askedBy(terminal), patience(terminal), () => request);
    const { name, retryAfter } = served.failure ?? {};
    if (name !== 'AtlasRateLimited' || retryAfter === undefined) return served;
    if (retryAfter * 1_000 > held.remaining()) return served;
    err.write(`Waiting ${retryAfter} s for Atlas's rate limit.\n`);
    await clock.wait(retryAfter * 1_000);
  }
}

function describe(result: Result, { trace }: Served): string {
  const facts: readonly (readonly [string, unknown])[] = [
    ['organization', result.orgId],
    ['username', result.username],
    ['invitation', result.invitationId],
    ['user', result.userId],
    ['endpoint', result.via],
    ['confirmed', result.confirmed ? undefined : 'no: an answer was lost, and the invitation is gone'],
    ['requests', trace.tries],
  ];
  return `${result.outcome}\n${list(facts)}`;
}

/** With what only the log of a function says: whoever runs the command has set the environment and named the secret. */
export function describeFailure({ failure }: Pick<Served, 'failure'>): string {
  if (!failure) return '';
  const { name, message, atlasStatus, errorCode, retryAfter, logged } = failure;
  const facts = {
    ...(atlasStatus === undefined ? {} : { Atlas: `${atlasStatus} ${errorCode}` }),
    ...(retryAfter === undefined ? {} : { 'try again': `in ${retryAfter} s` }),
    ...logged,
  };
  return `${name}: ${printable(message)}\n${list(Object.entries(facts))}`;
}

/** One line for each fact that there is, whatever it holds. */
export function list(facts: readonly (readonly [string, unknown])[]): string {
  return facts
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${name.padEnd(14)}${printable(String(value))}\n`)
    .join('');
}
