import { type EndpointSet, RateLimiter } from '../../../infra/emulators/atlas/rate-limiter.ts';
import { defaultSettings, type Settings } from '../../../infra/emulators/atlas/settings.ts';
import { judge } from '../../../lib/atlas/judge.ts';
import type { Found, Invitation } from '../../../lib/atlas/operations.ts';
import { record } from '../../../lib/atlas/record.ts';
import type { Resource } from '../../../lib/atlas/resource.ts';
import { toFailure } from '../../../lib/failures.ts';
import type { QueueService } from '../../../lib/queue/door.ts';
import { parseRequest } from '../../../lib/request.ts';
import type { Served } from '../../../lib/served.ts';
import { newTrace, type Trace } from '../../../lib/trace.ts';
import type { Answer } from '../../../lib/transport/exchange.ts';
import { SteadyLimiter } from './steady-limiter.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Milliseconds that a request or an answer is on its way. */
const SHORTEST_WAY = 10;
const LONGEST_WAY = 40;

const SETS: Readonly<Record<Resource, EndpointSet>> = { invites: 'organizations', users: 'users' };

/** A request that a message needs: to a resource, or for the list of invitations, which the messages of a batch share. */
export type Step = Resource | 'list';

/** The rate limiter of the Atlas simulator in virtual time; every request that it lets through succeeds. */
export class VirtualAtlas {
  readonly #time: VirtualTime;
  readonly #random: () => number;
  readonly #limiters = new Map<string, Pick<RateLimiter, 'take' | 'remaining'>>();
  readonly #refills: 'steps' | 'steadily';
  readonly settings: Settings = defaultSettings();
  /** Requests of the functions, and those of them that were answered 429. */
  requests = 0;
  answered429 = 0;

  constructor(time: VirtualTime, random: () => number, refills: 'steps' | 'steadily') {
    this.#time = time;
    this.#random = random;
    this.#refills = refills;
  }

  /** Serves what asks for the requests of its message one after the other, through the function's own judgement. */
  serviceFor(plan: readonly Step[]): QueueService {
    const { now } = this.#time;
    return {
      clock: this.#time,
      get deployment(): never {
        throw new Error('There is no configuration here.');
      },
      journal: { note() {}, count() {} },
      serve: async (asked, { lists }, read): Promise<Served> => {
        const startedAt = now();
        const trace = newTrace();
        const request = parseRequest(read());
        const { orgId } = request;
        const steps = async (): Promise<Pick<Served, 'result' | 'failure'>> => {
          try {
            for (const step of plan) {
              if (step === 'list' && lists) await lists.of(orgId, () => this.#list(orgId, trace));
              else await this.#ask(orgId, step === 'list' ? 'invites' : step, trace);
            }
            return { result: { outcome: 'cancelled', confirmed: true, via: 'invites', orgId } };
          } catch (error) {
            return { failure: toFailure(error) };
          }
        };
        return { asked, request, ...(await steps()), trace, milliseconds: now() - startedAt };
      },
    };
  }

  /** Makes a full bucket, whose refills count from now. */
  begin(orgId: string, resource: Resource): void {
    this.#limiter(orgId).remaining(SETS[resource]);
  }

  /** Takes a token as somebody else would. */
  take(orgId: string, resource: Resource): Answer {
    const { headers, refusal } = this.#limiter(orgId).take(SETS[resource], `/api/atlas/v2/orgs/${orgId}/${resource}`);
    const all = Object.entries({ ...headers, ...refusal?.headers });
    return {
      status: refusal?.status ?? 204,
      headers: Object.fromEntries(all.map(([name, value]) => [name.toLowerCase(), value])),
      body: String(refusal?.body ?? ''),
      complete: true,
    };
  }

  async #list(orgId: string, trace: Trace): Promise<Found<readonly Invitation[]>> {
    await this.#ask(orgId, 'invites', trace);
    return { kind: 'found', value: [] };
  }

  /** One request of a function. @throws {Failure} as the client does */
  async #ask(orgId: string, resource: Resource, trace: Trace): Promise<void> {
    const sentAt = this.#time.now();
    await this.#way();
    this.requests += 1;
    const answer = this.take(orgId, resource);
    if (answer.status === 429) this.answered429 += 1;
    await this.#way();
    record(trace, resource, answer, this.#time.now() - sentAt);
    const verdict = judge(answer, resource, 204, this.#time.now());
    if (verdict.kind === 'failure') throw verdict.failure;
  }

  #way(): Promise<void> {
    return this.#time.wait(SHORTEST_WAY + this.#random() * (LONGEST_WAY - SHORTEST_WAY));
  }

  #limiter(orgId: string): Pick<RateLimiter, 'take' | 'remaining'> {
    const Limiter = this.#refills === 'steps' ? RateLimiter : SteadyLimiter;
    const limiter = this.#limiters.get(orgId) ?? new Limiter(this.settings, this.#time.now);
    this.#limiters.set(orgId, limiter);
    return limiter;
  }
}
