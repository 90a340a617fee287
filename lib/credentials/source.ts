import type { Call } from '../call.ts';
import type { Clock } from '../clock.ts';
import { Failure } from '../failures.ts';
import type { Credential } from './credential.ts';
import type { Secret } from './secret.ts';

/** A lasting refusal is looked into again after so many milliseconds, however many requests meet it. */
const RENEWAL_MILLISECONDS = 60_000;
/** An old credential is handed out while its renewal fails, up to so many milliseconds before its end. */
const LAST_USE_MILLISECONDS = 10_000;

const MOST_RENEWALS = 1_000;

/** A credential with its times; one that never ends has `Infinity`. */
export interface Obtained extends Credential {
  readonly renewAt: number;
  readonly expiresAt: number;
}

export interface SourceOptions {
  readonly clock: Clock;
  /** Reads the secret anew. */
  readonly read: (call: Call) => Promise<Secret>;
  /** Makes a credential of it. */
  readonly obtain: (secret: Secret, call: Call) => Promise<Obtained>;
}

/**
 * The credential of one secret, through its whole life: obtained once for all requests that wait for it, renewed before it
 * ends, replaced when it dies early, and never put back by a late answer. Nothing is kept of a failure but how long it is
 * pointless to ask again.
 */
export class CredentialSource {
  readonly #options: SourceOptions;
  #current: Obtained | undefined;
  #reading: Promise<Secret> | undefined;
  #obtaining: Promise<Obtained> | undefined;
  /** Counts the refusals: what began before the last one may not be kept, since it may end in what was refused. */
  #generation = 0;
  /** When a 401 last led to a renewal: of any request, and by organization and method. */
  #renewedAt = Number.NEGATIVE_INFINITY;
  readonly #renewedFor = new Map<string, number>();
  #refused: Secret | undefined;
  #hold: { readonly until: number; readonly failure: Failure } | undefined;

  constructor(options: SourceOptions) {
    this.#options = options;
  }

  /** See {@link Credentials.current}. */
  async current(call: Call): Promise<Credential> {
    const now = this.#options.clock.now();
    const current = this.#current;
    if (current && now < current.renewAt) return current;
    try {
      return await this.#obtain(call);
    } catch (error) {
      const usable =
        current !== undefined && current === this.#current && now < current.expiresAt - LAST_USE_MILLISECONDS;
      if (usable) return current;
      throw error;
    }
  }

  /** See {@link Credentials.renew}. */
  async renew(call: Call, method: string, refused: Credential, refusal: Failure): Promise<Credential> {
    if (this.#current !== refused) return this.current(call);
    if (!this.#mayRenew(call.orgId, method, this.#current)) throw refusal;
    const now = this.#options.clock.now();
    this.#renewedAt = now;
    if (this.#renewedFor.size >= MOST_RENEWALS) this.#renewedFor.clear();
    this.#renewedFor.set(`${method} ${call.orgId}`, now);
    this.#generation += 1;
    this.#current = undefined;
    this.#reading = undefined;
    this.#obtaining = undefined;
    return this.#obtain(call);
  }

  /**
   * A credential that worked for this and is refused now has died: renewing cures it, however often. One that never worked
   * may lack the role: renewing is tried once a minute, counted for the method where the credential works for another.
   */
  #mayRenew(orgId: string, method: string, { acceptance }: Obtained): boolean {
    if (acceptance.has(orgId, method)) return true;
    const last = acceptance.has(orgId) ? this.#renewedFor.get(`${method} ${orgId}`) : this.#renewedAt;
    return last === undefined || this.#options.clock.now() - last >= RENEWAL_MILLISECONDS;
  }

  async #obtain(call: Call): Promise<Obtained> {
    this.#assertWorthAsking();
    const generation = this.#generation;
    const secret = await this.#read(call);
    if (generation !== this.#generation) return this.#obtain(call);
    if (secret.orgId !== undefined && secret.orgId !== call.orgId) {
      throw new Failure('Forbidden', `The credentials serve another organization than ${call.orgId}.`);
    }
    this.#obtaining ??= this.#exchange(secret, call, generation);
    return this.#obtaining;
  }

  #read(call: Call): Promise<Secret> {
    if (!this.#reading) {
      const reading = this.#options.read(call);
      this.#reading = reading;
      reading.catch(() => {
        if (this.#reading === reading) this.#reading = undefined;
      });
    }
    return this.#reading;
  }

  async #exchange(secret: Secret, call: Call, generation: number): Promise<Obtained> {
    const newest = () => generation === this.#generation;
    try {
      const obtained = await this.#tryTwice(secret, call);
      if (newest()) {
        this.#current = obtained;
        this.#refused = undefined;
      }
      return obtained;
    } catch (error) {
      if (newest() && error instanceof Failure) this.#holdBack(error);
      throw error;
    } finally {
      if (newest()) {
        this.#reading = undefined;
        this.#obtaining = undefined;
      }
    }
  }

  /** A secret that Atlas refuses may have been rotated since it was read: it is read once more, and tried if it differs. */
  async #tryTwice(secret: Secret, call: Call): Promise<Obtained> {
    try {
      return await this.#options.obtain(secret, call);
    } catch (error) {
      if (!isRefusal(error) || isSame(secret, this.#refused)) throw error;
      const anew = await this.#options.read(call);
      if (isSame(anew, secret)) {
        this.#refused = secret;
        throw error;
      }
      return this.#options.obtain(anew, call);
    }
  }

  #holdBack(failure: Failure): void {
    const milliseconds = isRefusal(failure) ? RENEWAL_MILLISECONDS : (failure.retryAfter ?? 0) * 1000;
    this.#hold = milliseconds > 0 ? { until: this.#options.clock.now() + milliseconds, failure } : undefined;
  }

  /** The last failure again while asking would change nothing: limits are not made worse by those who wait for them. */
  #assertWorthAsking(): void {
    if (!this.#hold) return;
    const { failure, until } = this.#hold;
    const left = Math.ceil((until - this.#options.clock.now()) / 1000);
    if (left <= 0) return;
    throw new Failure(failure.name, failure.message, {
      ...failure,
      ...(failure.retryAfter === undefined ? {} : { retryAfter: left }),
    });
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Failure && error.name === 'AtlasUnauthorized';
}

function isSame(one: Secret, other: Secret | undefined): boolean {
  return other !== undefined && one.id === other.id && one.secret === other.secret;
}
