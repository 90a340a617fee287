import type { Call } from '../call.ts';
import { Failure } from '../failures.ts';
import type { Credential } from './credential.ts';
import { type Flight, isRenewing, isUnderWay } from './flight.ts';
import { assertServes, type Held, lastUseOf, serves, useOf } from './held.ts';
import { Hold } from './hold.ts';
import { judgeRefusal, type Suspicion } from './refusal.ts';
import { RENEWAL_MILLISECONDS, Renewals } from './renewals.ts';
import { isSameSecret, type Secret } from './secret.ts';
import { SecretExchange, type SourceOptions } from './secret-exchange.ts';

/** After a renewal ahead of time that failed, another one is tried in so many milliseconds. */
const AHEAD_PAUSE_MILLISECONDS = 30_000;

/**
 * The credential of one secret, through its whole life:
 *
 * - `current` obtains it once for all requests that wait for it, and renews it before it ends.
 * - `accepted` and `renew` hear what Atlas says of it; `judgeRefusal` decides what a 401 means. One that has died is
 *   replaced at once, one in doubt once a minute; all others go on with it until another is there, or for lack of another.
 * - A new one comes from a secret read after the 401 (`Flight`), and no late answer puts an old one back.
 * - A secret may move to another organization: whoever is not served by the one at hand has it read anew, once a minute.
 *
 * Nothing is kept of a failure but how long it is pointless to ask again (`Hold`, `Renewals`).
 */
export class CredentialSource {
  readonly #options: SourceOptions;
  readonly #exchange: SecretExchange;
  readonly #hold: Hold;
  readonly #renewals: Renewals;
  #held: Held | undefined;
  #flight: Flight | undefined;
  #flights = 0;

  constructor(options: SourceOptions) {
    this.#options = options;
    this.#exchange = new SecretExchange(options);
    this.#hold = new Hold(options.clock);
    this.#renewals = new Renewals(options.clock);
  }

  /** The credential at hand; undefined where one has to be waited for. */
  ready(call: Call): Credential | undefined {
    const held = this.#heldFor(call);
    if (!held) return undefined;
    if (this.#flight?.taken === 'dead' && this.#flight.replacing === held) return undefined;
    const now = this.#options.clock.now();
    // One request waits for a renewal ahead of time, not all of them.
    if (now < held.renewAt) return held.credential;
    const flight = this.#newest();
    return flight && isRenewing(flight) && now < lastUseOf(held) ? held.credential : undefined;
  }

  /** See `Credentials.current`. */
  async current(call: Call): Promise<Credential> {
    const ready = this.ready(call);
    if (ready) return ready;
    const old = this.#heldFor(call);
    try {
      return (await this.#obtain(call)).credential;
    } catch (error) {
      const now = this.#options.clock.now();
      if (!old || old !== this.#held || now >= lastUseOf(old) || !isForLater(error)) throw error;
      call.trace.renewalFailure = error;
      // One that was taken for dead may be alive after all, and is not due for long.
      old.renewAt = Math.max(old.renewAt, Math.min(now + AHEAD_PAUSE_MILLISECONDS, lastUseOf(old)));
      return old.credential;
    }
  }

  /** See `Credentials.accepted`. */
  accepted(call: Call, operation: string, credential: Credential): void {
    const use = useOf(call, operation);
    if (credential === this.#held?.credential) this.#held.proven = true;
    this.#renewals.accepted(call, use, credential);
  }

  /** See `Credentials.renew`. */
  async renew(call: Call, operation: string, refused: Credential, refusal: Failure): Promise<Credential> {
    const use = useOf(call, operation);
    const first = this.#renewals.refused(call, use, this.#flights);
    const held = this.#held;
    if (held?.credential !== refused) return this.current(call);
    const flight = this.#newest();
    const verdict = judgeRefusal({
      fresh: held.number > first,
      worked: held.proven && this.#renewals.wasAccepted(use),
      uncured: this.#renewals.isUncured(use),
      underWay: flight?.replacing === held ? flight.taken : undefined,
      due: this.#renewals.isDue(),
    });
    switch (verdict) {
      case 'lasting':
        this.#renewals.inVain(use);
        throw refusal;
      case 'known':
        throw refusal;
      case 'awaited':
        return this.#await(held, call, operation, refusal);
      case 'dead':
      case 'doubtful':
      case 'outdated':
        return this.#renew(held, verdict, call, use, refusal);
    }
  }

  /** True while something is remembered that bounds what asking may cost. */
  isBounding(): boolean {
    return this.#newest() !== undefined || !this.#hold.isOver() || this.#renewals.isBounding();
  }

  async #renew(held: Held, taken: Suspicion, call: Call, use: string, refusal: Failure): Promise<Credential> {
    if (taken === 'outdated') this.#renewals.look(use);
    else this.#renewals.begin(use, held.credential);
    try {
      this.#start(call, held, taken);
      return await this.#replace(held, call, refusal);
    } catch (error) {
      if (error !== refusal) this.#renewals.failed(use);
      throw error;
    }
  }

  /** That another use has come to nothing says little of this one: it is looked into then, unless it was before. */
  async #await(held: Held, call: Call, operation: string, refusal: Failure): Promise<Credential> {
    try {
      return await this.#replace(held, call, refusal);
    } catch (error) {
      if (error !== refusal || this.#renewals.isUncured(useOf(call, operation))) throw error;
      return this.renew(call, operation, held.credential, refusal);
    }
  }

  /** The credential that takes the place of a refused one. */
  async #replace(refused: Held, call: Call, refusal: Failure): Promise<Credential> {
    const held = await this.#obtain(call);
    if (held === refused) throw refusal;
    // It may be kept by nobody; the refused one is no fallback any more all the same.
    if (this.#held === refused) this.#held = undefined;
    return held.credential;
  }

  async #obtain(call: Call): Promise<Held> {
    const flight = this.#newest() ?? this.#startFor(call);
    const secret = await flight.secret;
    // A 401 came in between: this secret may have been read too early.
    if (flight.superseded && !flight.landing) return this.#afterwards(flight, call);
    assertServes(secret, call);
    const landsForAnother = flight.landing !== undefined;
    flight.landing ??= this.#land(flight, secret, call);
    try {
      const held = await flight.landing;
      assertServes(held.secret, call);
      return held;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (flight.superseded && error.retry) return this.#afterwards(flight, call);
      // The secret changed on the way: that the new one does not serve another call says nothing of this one.
      if (landsForAnother && error.name === 'Forbidden') return this.#obtain(call);
      throw error;
    }
  }

  /** What came after a flight that another one took the place of. */
  async #afterwards(flight: Flight, call: Call): Promise<Held> {
    const held = this.#held;
    return held && held !== flight.replacing && this.ready(call) ? held : this.#obtain(call);
  }

  #heldFor(call: Call): Held | undefined {
    return this.#held && serves(this.#held.secret, call) ? this.#held : undefined;
  }

  #newest(): Flight | undefined {
    return this.#flight && isUnderWay(this.#flight, this.#options.clock.now()) ? this.#flight : undefined;
  }

  /** @throws {Failure} `Forbidden` where the secret, which does not serve the call, was read within the minute */
  #startFor(call: Call): Flight {
    const held = this.#held;
    if (held && this.#options.clock.now() - held.readAt < RENEWAL_MILLISECONDS) assertServes(held.secret, call);
    return this.#start(call);
  }

  #start(call: Call, replacing?: Held, taken?: Flight['taken']): Flight {
    this.#hold.assertOver();
    const begunAt = this.#options.clock.now();
    const secret = this.#options.read(call);
    this.#flights += 1;
    const flight: Flight = {
      number: this.#flights,
      begunAt,
      replacing,
      taken,
      secret,
      isRead: false,
      landing: undefined,
      superseded: false,
    };
    if (this.#flight) this.#flight.superseded = true;
    this.#flight = flight;
    flight.secret.then(
      () => {
        flight.isRead = true;
      },
      () => this.#end(flight),
    );
    return flight;
  }

  async #land(flight: Flight, secret: Secret, call: Call): Promise<Held> {
    try {
      const doubted = flight.taken === 'dead' ? undefined : flight.replacing;
      if (doubted && doubted === this.#held && this.#isPointless(flight, doubted, secret)) return doubted;
      const obtained = await this.#exchange.credentialFrom(secret, call, () => flight.superseded);
      if (doubted && isSameSecret(obtained.secret, doubted.secret)) this.#renewals.minted(flight.begunAt);
      const held = {
        ...obtained,
        number: flight.number,
        readAt: flight.begunAt,
        proven: flight.taken !== 'dead' && (doubted?.proven ?? true),
      };
      if (!flight.superseded) this.#held = held;
      return held;
    } catch (error) {
      if (!flight.superseded) this.#hold.begin(error);
      throw error;
    } finally {
      this.#end(flight);
    }
  }

  /** Whether another credential from this secret would be no better than the doubted one, or is not worth its price yet. */
  #isPointless({ taken }: Flight, { secret }: Held, anew: Secret): boolean {
    const isWorthIt = taken === 'doubtful' && anew.kind !== 'api-key' && this.#renewals.mayMint();
    return isSameSecret(secret, anew) && !isWorthIt;
  }

  #end(flight: Flight): void {
    if (flight === this.#flight) this.#flight = undefined;
  }
}

/** Whether a renewal that failed may succeed at the next try, so that the old credential may be used meanwhile. */
function isForLater(error: unknown): error is Failure {
  return error instanceof Failure && error.retry && error.name !== 'InternalError';
}
