import type { Result } from '../cancellation/result.ts';
import type { Served } from '../served.ts';
import type { Row } from './people-file.ts';
import { printable } from './printable.ts';

/** What became of one row of the file: exactly one of `result` and `failure` is there. */
export interface Entry {
  readonly row: Row;
  readonly result?: Result;
  readonly failure?: { readonly name: string; readonly detail: string };
  /** Address or id, where it could be read. */
  readonly whom?: string;
  readonly spent: Spent;
}

/** Requests sent to Atlas, and those of them that went to the invites endpoint. */
interface Spent {
  readonly requests: number;
  readonly invitesApiCalls: number;
}

export function servedEntry(row: Row, { request, result, failure }: Served, spent: Spent): Entry {
  const asked = result ?? request;
  const whom = asked?.username ?? asked?.invitationId ?? asked?.userId;
  return {
    row,
    ...(whom === undefined ? {} : { whom }),
    ...(result === undefined ? {} : { result }),
    ...(failure === undefined ? {} : { failure: { name: failure.name, detail: failure.message } }),
    spent,
  };
}

/** A row whose turn did not come. */
export function unattempted(row: Row, why: string): Entry {
  return { row, failure: { name: NOT_ATTEMPTED, detail: why }, spent: { requests: 0, invitesApiCalls: 0 } };
}

const NOT_ATTEMPTED = 'NotAttempted';

/** Whether it was tried, and failed. */
export function hasFailed({ failure }: Entry): boolean {
  return failure !== undefined && failure.name !== NOT_ATTEMPTED;
}

/** The outcome, or the name of the failure. */
export function wordOf({ result, failure }: Entry): string {
  return result?.outcome ?? failure?.name ?? NOT_ATTEMPTED;
}

/** Line and person in one line of a terminal. What a bad row holds may hold anything, and is not shown. */
export function lineOf(entry: Entry): string {
  const { row, whom, result, failure } = entry;
  const word = result?.confirmed === false ? `${wordOf(entry)}, unconfirmed` : wordOf(entry);
  const what = failure === undefined ? word : `${failure.name}: ${failure.detail}`;
  return printable(`line ${row.line}${whom === undefined ? '' : ` ${whom}`}: ${what}`);
}
