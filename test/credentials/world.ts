import type { Call } from '../../lib/call.ts';
import type { Credential, Obtained } from '../../lib/credentials/credential.ts';
import type { Secret } from '../../lib/credentials/secret.ts';
import { CredentialSource } from '../../lib/credentials/source.ts';
import { deadlineIn } from '../../lib/deadline.ts';
import { Failure, toFailure } from '../../lib/failures.ts';
import { newTrace } from '../../lib/trace.ts';
import { manualClock } from '../support/clock.ts';
import { StoredSecret } from './stored-secret.ts';
import { TestCredential, type Token } from './test-credential.ts';
import { startTrip, type Trip } from './trip.ts';

const TOKEN_MILLISECONDS = 3_600_000;
const ALL: readonly Method[] = ['GET', 'DELETE'];
/** A use that has not been refused for so long is refused as if for the first time. */
const NEWS_MILLISECONDS = 900_000;
/** No request may need more: each round means a new credential. */
const MOST_ROUNDS = 12;

export { FOREIGN, HOME } from './stored-secret.ts';

export type Method = 'GET' | 'DELETE';

/**
 * A source between a Secrets Manager and an Atlas whose every answer the test lets go, in whatever order. What the source
 * may never do is checked where it would happen, and kept in `faults`.
 */
export class World {
  readonly clock = manualClock();
  readonly trips: Trip[] = [];
  readonly ends: string[] = [];
  readonly faults: string[] = [];
  /** When each exchange and each reading began. */
  readonly spent: Record<'exchanges' | 'reads', number[]> = { exchanges: [], reads: [] };
  /** What the role allows at home; nobody is allowed anything abroad. */
  allowed: readonly Method[] = ALL;
  open = 0;
  /** How often a use was refused that had not been refused of late. */
  news = 0;
  readonly #refusedAt = new Map<string, number>();
  readonly #stored: StoredSecret;
  readonly #tokens: Token[] = [];
  #refusals = 0;
  #newest = 0;
  /** Credentials in whose place another one was given. */
  readonly #replaced = new Set<Credential>();
  readonly source: CredentialSource;

  /** @param named whether the secret names the organization that it serves */
  constructor(named = false) {
    this.#stored = new StoredSecret(named);
    this.source = new CredentialSource({
      clock: this.clock,
      read: () => {
        this.spent.reads.push(this.clock.now());
        return this.#trip('read', () => this.#stored.read(this.clock.now()));
      },
      obtain: (secret) => this.#obtain(secret),
    });
  }

  /** AWS stores a new secret and deletes the old one, whose tokens die. */
  rotate(): void {
    this.#stored.rotate();
    this.revoke();
  }

  /** The secret is given to the other organization. */
  move(): void {
    this.#stored.move();
    this.revoke();
  }

  /** The organization that the secret serves. */
  get home(): string {
    return this.#stored.home;
  }

  /** The old secret is deleted before the new one is stored. */
  rotateBadly(): void {
    this.#stored.spoil();
    this.revoke();
  }

  /** The stored secret is the one that Atlas knows. */
  mend(): void {
    this.allowed = ALL;
    this.#stored.mend();
  }

  /** The role to delete is taken away, or given back. */
  demote(): void {
    this.allowed = this.allowed === ALL ? ['GET'] : ALL;
  }

  /** Time goes by. Readings and exchanges have an end, well or badly: theirs is within nine seconds. */
  pass(milliseconds: number): void {
    this.clock.advance(milliseconds);
    const old = this.trips.filter(({ kind, startedAt }) => kind !== 'request' && this.clock.now() - startedAt >= 9_000);
    for (const trip of old) {
      trip.fail(new Failure(trip.kind === 'read' ? 'CredentialsUnavailable' : 'AtlasTimeout', 'too late'));
    }
  }

  revoke(): void {
    for (const token of this.#tokens) token.revoked = true;
  }

  /** One request from its beginning to its end, with the steps of `AtlasClient.send`. */
  async request(method: Method, orgId: string): Promise<string> {
    const deadline = deadlineIn(20_000, this.clock);
    const call: Call = { orgId, deadline, retry: { tries: 1, longestWait: 0 }, trace: newTrace() };
    this.open += 1;
    try {
      return this.#end(await this.#send(call, method));
    } catch (error) {
      const failure = toFailure(error);
      if (failure.name === 'InternalError') this.faults.push(String(failure.cause));
      const wasForeign = this.#stored.wasForeign(orgId, this.clock.now() - 60_000);
      if (failure.name === 'Forbidden' && !wasForeign) this.faults.push('forbade by what was read long ago');
      return this.#end(failure.name);
    } finally {
      this.open -= 1;
    }
  }

  #end(end: string): string {
    this.ends.push(end);
    return end;
  }

  async #send(call: Call, method: Method): Promise<string> {
    const ready = this.source.ready(call);
    if (ready) this.#kept(this.#given(ready, call));
    let credential = this.#given(ready ?? (await this.source.current(call)), call);
    for (let round = 1; round <= MOST_ROUNDS; round += 1) {
      const status = await this.#trip('request', () => this.#serve(credential, method, call.orgId));
      if (status === 200) {
        this.source.accepted(call, method, credential);
        return 'served';
      }
      this.#noteRefusal(`${method} ${call.orgId}`);
      const refusal = new Failure('AtlasUnauthorized', 'refused', { atlasStatus: 401 });
      const refused = credential;
      credential = this.#given(await this.source.renew(call, method, refused, refusal), call);
      if (credential === refused) this.faults.push('gave back what was refused');
      this.#replaced.add(refused);
    }
    this.faults.push('went round in circles');
    return 'circles';
  }

  #noteRefusal(use: string): void {
    this.#refusals += 1;
    const now = this.clock.now();
    if (now - (this.#refusedAt.get(use) ?? Number.NEGATIVE_INFINITY) >= NEWS_MILLISECONDS) this.news += 1;
    this.#refusedAt.set(use, now);
  }

  #given(credential: Credential, { orgId }: Call): TestCredential {
    if (!(credential instanceof TestCredential)) throw new Error('not a credential of this world');
    if (this.#replaced.has(credential)) this.faults.push('handed out a credential that was replaced');
    const isForeign = this.#stored.isForeign(credential.token.secret, orgId);
    if (isForeign) this.faults.push('handed out the credential of another organization');
    return credential;
  }

  #kept({ order, expiresAt }: TestCredential): void {
    if (this.clock.now() >= expiresAt) this.faults.push('kept a credential that had ended');
    if (order < this.#newest) this.faults.push('put an older credential back');
    this.#newest = order;
  }

  #serve({ token }: TestCredential, method: Method, orgId: string): 200 | 401 {
    const live = !token.revoked && this.clock.now() < token.expiresAt;
    return live && orgId === this.#stored.homeOf(token.secret) && this.allowed.includes(method) ? 200 : 401;
  }

  #obtain(secret: Secret): Promise<Obtained> {
    const order = this.spent.exchanges.push(this.clock.now());
    const others = this.trips.filter(({ kind }) => kind === 'exchange');
    const needless = others.some(
      ({ startedAt, refusals }) => refusals === this.#refusals && this.clock.now() - startedAt < 30_000,
    );
    if (needless) this.faults.push('two exchanges at once for no reason');
    const expiresAt = this.clock.now() + TOKEN_MILLISECONDS;
    return this.#trip('exchange', () => {
      const version = Number(secret.secret);
      if (!this.#stored.isValid(version))
        throw new Failure('AtlasUnauthorized', 'invalid_client', { atlasStatus: 401 });
      const token: Token = { secret: version, expiresAt, revoked: false };
      this.#tokens.push(token);
      return new TestCredential(token, order);
    });
  }

  #trip<T>(kind: Trip['kind'], effect: () => T): Promise<T> {
    const since = { startedAt: this.clock.now(), refusals: this.#refusals };
    const { trip, arrival } = startTrip(kind, since, effect, () => this.trips.splice(this.trips.indexOf(trip), 1));
    this.trips.push(trip);
    return arrival;
  }
}
