import type { Call } from '../call.ts';
import { Failure } from '../failures.ts';
import { type Flight, Flights, isRenewing } from './flight.ts';
import { assertServes, type Held, lastUseOf, serves } from './held.ts';
import { Hold } from './hold.ts';
import type { Suspicion } from './refusal.ts';
import { RENEWAL_MILLISECONDS, type Renewals } from './renewals.ts';
import { isSameSecret, type Secret } from './secret.ts';
import { SecretExchange, type SourceOptions } from './secret-exchange.ts';

/**
 * Holds the credential of one secret, and obtains another one for all who wait for it:
 *
 * - A new one comes from a secret read after the 401 (`Flight`), and no late answer puts an old one back.
 * - A secret may move to another organization: whoever is not served by the one at hand has it read anew, once a minute.
 */
export class Holder {
  readonly #options: SourceOptions;
  readonly #renewals: Renewals;
  readonly #exchange: SecretExchange;
  readonly #hold: Hold;
  readonly #flights: Flights;
  #held: Held | undefined;

  constructor(options: SourceOptions, renewals: Renewals) {
    this.#options = options;
    this.#renewals = renewals;
    this.#exchange = new SecretExchange(options);
    this.#hold = new Hold(options.clock);
    this.#flights = new Flights(options.clock, options.read);
  }

  get held(): Held | undefined {
    return this.#held;
  }

  /** How often a reading of the secret has begun. */
  get readings(): number {
    return this.#flights.count;
  }

  /** What is held, where it serves the call. */
  heldFor(call: Call): Held | undefined {
    return this.#held && serves(this.#held.secret, call) ? this.#held : undefined;
  }

  /** What is held, where it serves the call and need not be waited for. */
  ready(call: Call): Held | undefined {
    const held = this.heldFor(call);
    if (!held || this.#flights.isDead(held)) return undefined;
    const now = this.#options.clock.now();
    if (now < held.renewAt) return held;
    // One request waits for a renewal ahead of time, not all of them.
    const flight = this.#flights.newest();
    return flight && isRenewing(flight) && now < lastUseOf(held) ? held : undefined;
  }

  /** What this one is taken for by the flight that is under way. */
  suspicionOf(held: Held): Suspicion | undefined {
    const flight = this.#flights.newest();
    return flight?.replacing === held ? flight.taken : undefined;
  }

  /** True while something is under way, or Atlas is not to be asked. */
  isBounding(): boolean {
    return this.#flights.newest() !== undefined || !this.#hold.isOver();
  }

  /** Begins to obtain another one in the place of one that was refused. */
  suspect(held: Held, taken: Suspicion, call: Call): void {
    this.#start(call, held, taken);
  }

  /** What takes the place of one that was refused; undefined where there is nothing better. */
  async replacementOf(refused: Held, call: Call): Promise<Held | undefined> {
    const held = await this.obtain(call);
    if (held === refused) return undefined;
    // It may be kept by nobody; the refused one is no fallback any more all the same.
    if (this.#held === refused) this.#held = undefined;
    return held;
  }

  /** @throws {Failure} see `Credentials.current` */
  async obtain(call: Call): Promise<Held> {
    const flight = this.#flights.newest() ?? this.#startFor(call);
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
      if (landsForAnother && error.name === 'Forbidden') return this.obtain(call);
      throw error;
    }
  }

  /** What came after a flight that another one took the place of. */
  async #afterwards(flight: Flight, call: Call): Promise<Held> {
    const held = this.ready(call);
    return held && held !== flight.replacing ? held : this.obtain(call);
  }

  /** @throws {Failure} `Forbidden` where the secret, which does not serve the call, was read within the minute */
  #startFor(call: Call): Flight {
    const held = this.#held;
    if (held && this.#options.clock.now() - held.readAt < RENEWAL_MILLISECONDS) assertServes(held.secret, call);
    return this.#start(call);
  }

  #start(call: Call, replacing?: Held, taken?: Suspicion): Flight {
    this.#hold.assertOver();
    return this.#flights.start(call, replacing, taken);
  }

  async #land(flight: Flight, secret: Secret, call: Call): Promise<Held> {
    const { number, begunAt: readAt, replacing, taken } = flight;
    try {
      const doubted = taken === 'dead' ? undefined : replacing;
      if (doubted && doubted === this.#held && this.#isPointless(flight, doubted, secret)) return doubted;
      const obtained = await this.#exchange.credentialFrom(secret, call, () => flight.superseded);
      if (doubted && isSameSecret(obtained.secret, doubted.secret)) this.#renewals.minted(readAt);
      const held = { ...obtained, number, readAt, proven: taken !== 'dead' && (doubted?.proven ?? true) };
      if (!flight.superseded) this.#held = held;
      return held;
    } catch (error) {
      if (!flight.superseded) this.#hold.begin(error);
      throw error;
    } finally {
      this.#flights.end(flight);
    }
  }

  /** Whether another credential from this secret would be no better than the doubted one, or is not worth its price yet. */
  #isPointless({ taken }: Flight, { secret }: Held, anew: Secret): boolean {
    const isWorthIt = taken === 'doubtful' && anew.kind !== 'api-key' && this.#renewals.mayMint();
    return isSameSecret(secret, anew) && !isWorthIt;
  }
}
