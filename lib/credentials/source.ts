import type { Call } from '../call.ts';
import { Failure } from '../failures.ts';
import type { Credential } from './credential.ts';
import { assertServes, type Held, lastUseOf, useOf } from './held.ts';
import { Hold } from './hold.ts';
import { Renewals } from './renewals.ts';
import { isSameSecret, type Secret } from './secret.ts';
import { type Purpose, SecretExchange, type SourceOptions } from './secret-exchange.ts';

/** After a renewal ahead of time that failed, another one is tried in so many milliseconds. */
const AHEAD_PAUSE_MILLISECONDS = 30_000;
/** More than all the waits of one flight together. */
const LONGEST_FLIGHT_MILLISECONDS = 60_000;

/** What a flight is for where no credential was refused. */
const AT_NEED = { replacing: undefined, awaited: false, sameSecret: true } as const;

/** A new credential on its way: the secret is read for all who ask, and used as soon as one asks whom it serves. */
interface Flight extends Purpose {
  readonly begunAt: number;
  /** The credential that it replaces is taken for dead: all wait for the new one. */
  readonly awaited: boolean;
  readonly secret: Promise<Secret>;
  landing: Promise<Held> | undefined;
}

/**
 * The credential of one secret, through its whole life: obtained once for all requests that wait for it, renewed before it
 * ends, replaced when it dies early, and never put back by a late answer. Nothing is kept of a failure but how long it is
 * pointless to ask again.
 */
export class CredentialSource {
  readonly #options: SourceOptions;
  readonly #exchange: SecretExchange;
  readonly #hold: Hold;
  readonly #renewals = new Renewals();
  #held: Held | undefined;
  #flight: Flight | undefined;

  constructor(options: SourceOptions) {
    this.#options = options;
    this.#exchange = new SecretExchange(options);
    this.#hold = new Hold(options.clock);
  }

  /**
   * The credential at hand; undefined where one has to be waited for.
   * @throws {Failure} `Forbidden` where it serves another organization
   */
  ready(call: Call): Credential | undefined {
    const held = this.#held;
    if (!held) return undefined;
    assertServes(held.secret, call);
    if (this.#flight?.awaited && this.#flight.replacing === held) return undefined;
    const now = this.#options.clock.now();
    // One request waits for a renewal ahead of time, not all of them.
    const fresh = now < held.renewAt || (this.#flight !== undefined && now < lastUseOf(held));
    return fresh ? held.credential : undefined;
  }

  /** See `Credentials.current`. */
  async current(call: Call): Promise<Credential> {
    const ready = this.ready(call);
    if (ready) return ready;
    const old = this.#held;
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
    if (credential === this.#held?.credential) this.#held.accepted.add(useOf(call, operation));
    this.#renewals.accepted(call, operation);
  }

  /** See `Credentials.renew`. */
  async renew(call: Call, operation: string, refused: Credential, refusal: Failure): Promise<Credential> {
    const first = this.#renewals.refused(call, operation, this.#exchange.count);
    const held = this.#held;
    if (held?.credential !== refused) return this.current(call);
    const now = this.#options.clock.now();
    if (held.number > first) {
      this.#renewals.inVain(call, operation, now);
      throw refusal;
    }
    const dead = held.accepted.has(useOf(call, operation)) && !this.#renewals.wasInVain(call, operation, now);
    const flight = this.#newest();
    if (flight?.replacing === held && (flight.awaited || !dead)) return this.#replace(held, call, refusal);
    if (!this.#renewals.begin(call, operation, dead, now)) throw refusal;
    try {
      // An API key made again of the same secret is the same one.
      const mint = refused.kind === 'service-account' && this.#renewals.mayMintInDoubt(now);
      this.#start(call, { replacing: held, awaited: dead, sameSecret: dead || mint });
      return await this.#replace(held, call, refusal);
    } catch (error) {
      if (error !== refusal) this.#renewals.failed(call, operation, this.#options.clock.now());
      throw error;
    }
  }

  /** True while something is remembered that bounds what asking may cost. */
  isBounding(): boolean {
    return this.#newest() !== undefined || !this.#hold.isOver() || this.#renewals.isBounding(this.#options.clock.now());
  }

  async #replace(refused: Held, call: Call, refusal: Failure): Promise<Credential> {
    const held = await this.#obtain(call);
    if (held === refused) throw refusal;
    if (this.#held === refused) {
      // Another one was given in its place, though it is kept by nobody: the refused one is no fallback any more.
      this.#held = undefined;
      if (this.#flight?.replacing === refused) this.#flight.sameSecret = true;
    }
    return held.credential;
  }

  async #obtain(call: Call): Promise<Held> {
    const flight = this.#newest() ?? this.#start(call);
    const secret = await flight.secret;
    // A 401 came in between: this secret may have been read too early.
    if (flight.superseded && !flight.landing) return this.#obtain(call);
    assertServes(secret, call);
    flight.landing ??= this.#land(flight, secret, call);
    try {
      const held = await flight.landing;
      assertServes(held.secret, call);
      return held;
    } catch (error) {
      if (flight.superseded && error instanceof Failure && error.retry) return this.#obtain(call);
      throw error;
    }
  }

  /** The flight under way. An old one has served nobody, or Lambda froze the process in the middle of it: it is given up. */
  #newest(): Flight | undefined {
    const flight = this.#flight;
    return flight && this.#options.clock.now() - flight.begunAt < LONGEST_FLIGHT_MILLISECONDS ? flight : undefined;
  }

  #start(call: Call, purpose: Pick<Flight, 'replacing' | 'awaited' | 'sameSecret'> = AT_NEED): Flight {
    this.#hold.assertOver();
    const begunAt = this.#options.clock.now();
    const secret = this.#options.read(call);
    const flight: Flight = { ...purpose, begunAt, secret, landing: undefined, superseded: false };
    if (this.#flight) this.#flight.superseded = true;
    this.#flight = flight;
    flight.secret.catch(() => this.#end(flight));
    return flight;
  }

  async #land(flight: Flight, secret: Secret, call: Call): Promise<Held> {
    try {
      const begunAt = this.#options.clock.now();
      const held = await this.#exchange.credentialFrom(secret, call, flight);
      const { replacing, awaited } = flight;
      if (replacing && held !== replacing && !awaited && isSameSecret(held.secret, replacing.secret)) {
        this.#renewals.mintedInDoubt(begunAt);
      } else if (held !== replacing && !flight.superseded) this.#renewals.obtained();
      if (!flight.superseded) this.#held = held;
      return held;
    } catch (error) {
      if (!flight.superseded) this.#hold.begin(error);
      throw error;
    } finally {
      this.#end(flight);
    }
  }

  #end(flight: Flight): void {
    if (flight === this.#flight) this.#flight = undefined;
  }
}

/** Whether a renewal that failed may succeed at the next try, so that the old credential may be used meanwhile. */
function isForLater(error: unknown): error is Failure {
  return error instanceof Failure && error.retry && error.name !== 'InternalError';
}
