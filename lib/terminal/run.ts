import type { FailureName } from '../failures.ts';
import type { Served } from '../served.ts';
import type { Service } from '../service.ts';
import { type Entry, servedEntry, unattempted } from './entry.ts';
import { askedBy, patience } from './one.ts';
import { Pace } from './pace.ts';
import type { Row } from './people-file.ts';
import { Stop } from './stop.ts';
import type { Terminal } from './terminal.ts';

/** Rows under way at once. More would not be faster in the end: Atlas's limit is requests a minute. */
const CONCURRENCY = 4;
const DEFAULT_HOLD_SECONDS = 60;

/** Failures that the next row of the same organization would meet too, and how many in a row prove it. */
const LASTING: ReadonlySet<FailureName> = new Set([
  'AtlasUnauthorized',
  'AtlasAccessListBlocked',
  'CredentialsInvalid',
]);
const PROOF = 3;

/** Serves many rows, a few at a time, under Atlas's rate limit. Every row ends in exactly one entry. */
export class Run {
  readonly #service: Service;
  readonly #terminal: Terminal;
  readonly #done: (entry: Entry) => void;
  readonly #note: (text: string) => void;
  readonly #pace: Pace;
  readonly #stop = new Stop();
  /** Lasting failures since the last row of the organization that met none. */
  readonly #refusals = new Map<string, number>();

  constructor(service: Service, terminal: Terminal, done: (entry: Entry) => void, note: (text: string) => void) {
    this.#service = service;
    this.#terminal = terminal;
    this.#done = done;
    this.#note = note;
    this.#pace = new Pace(terminal.clock);
  }

  /** Finishes the rows under way and begins no other. */
  stop(): void {
    this.#stop.request();
  }

  async all(rows: readonly Row[]): Promise<Entry[]> {
    const entries: Entry[] = [];
    const waiting = rows.values();
    const work = async () => {
      for (const row of waiting) {
        const entry = await this.#serve(row);
        entries.push(entry);
        this.#done(entry);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    return entries;
  }

  async #serve(row: Row): Promise<Entry> {
    const orgId = row.cells.orgId ?? '';
    const spent = { requests: 0, invitesApiCalls: 0 };
    let served: Served | undefined;
    // A row that was begun may have changed something at Atlas: it ends by its own failure, whatever keeps it from going on.
    const unfinished = (why: string) => (served ? servedEntry(row, served, spent) : unattempted(row, why));
    for (;;) {
      if (!(await this.#pace.turn(orgId, this.#stop))) return unfinished('Stopped before its turn.');
      if ((this.#refusals.get(orgId) ?? 0) >= PROOF) {
        return unfinished('The credentials were refused for other rows of this organization.');
      }
      served = await this.#ask(row);
      spent.requests += served.trace.tries;
      spent.invitesApiCalls += served.trace.invitesApiCalls;
      this.#pace.learn(orgId, served.trace);
      const { failure } = served;
      this.#refusals.set(orgId, failure && LASTING.has(failure.name) ? (this.#refusals.get(orgId) ?? 0) + 1 : 0);
      if (failure?.name !== 'AtlasRateLimited') return servedEntry(row, served, spent);
      const seconds = failure.retryAfter ?? DEFAULT_HOLD_SECONDS;
      if (this.#pace.hold(orgId, seconds)) this.#note(`Waiting ${seconds} s for Atlas's rate limit.`);
    }
  }

  #ask(row: Row): Promise<Served> {
    return this.#service.serve(askedBy(this.#terminal), patience(this.#terminal), () => {
      if (row.refused) throw row.refused;
      return { ...row.cells, dryRun: row.dryRun };
    });
  }
}
