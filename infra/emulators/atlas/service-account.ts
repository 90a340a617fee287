import type { ApiKey } from './api-key.ts';
import type { Ids } from './ids.ts';
import type { Settings } from './settings.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A client secret of a service account; `value` is what Atlas shows only once. */
export interface ServiceAccountSecret {
  readonly id: string;
  readonly value: string;
  readonly createdAt: number;
  expiresAt: number;
}

interface AccessToken {
  readonly account: ServiceAccount;
  readonly secret: ServiceAccountSecret;
  readonly value: string;
  readonly expiresAt: number;
}

/** What all organizations of one simulator share, and the credentials by their public text. */
export interface Registry {
  readonly ids: Ids;
  readonly settings: Settings;
  readonly clock: () => number;
  readonly tokens: Map<string, AccessToken>;
  readonly accounts: Map<string, ServiceAccount>;
  readonly apiKeys: Map<string, ApiKey>;
}

/** A service account of one organization: at most two secrets, each with the tokens that were minted from it. */
export class ServiceAccount {
  readonly clientId: string;
  readonly orgId: string;
  /** Organization roles, such as ORG_OWNER; may be changed at any time. */
  roles: string[];
  readonly #registry: Registry;
  readonly #secrets: ServiceAccountSecret[] = [];
  readonly #tokens = new Set<AccessToken>();
  #minted = 0;

  constructor(registry: Registry, orgId: string, roles: string[]) {
    this.#registry = registry;
    this.orgId = orgId;
    this.roles = roles;
    this.clientId = `mdb_sa_id_${registry.ids('serviceAccount')}`;
    registry.accounts.set(this.clientId, this);
    this.addSecret();
  }

  /** The newest secret. */
  get clientSecret(): string {
    const newest = this.#secrets.at(-1);
    if (!newest) throw new Error(`service account ${this.clientId} has no secret left`);
    return newest.value;
  }

  get secrets(): readonly Readonly<ServiceAccountSecret>[] {
    return this.#secrets;
  }

  /** Tokens that are neither expired nor revoked. */
  get activeTokens(): number {
    const now = this.#registry.clock();
    for (const token of this.#tokens) if (token.expiresAt <= now) this.#forget(token);
    return this.#tokens.size;
  }

  /**
   * Creates a secret and returns its text. Every other one is cut to what remains of it or seven days, whichever is
   * less (Atlas docs: client secret expiration).
   * @throws when there are two already: expired ones fill their place until they are deleted.
   */
  addSecret(hours = 8760): string {
    if (this.#secrets.length >= 2) throw new Error(`service account ${this.clientId} has two secrets already`);
    const now = this.#registry.clock();
    for (const other of this.#secrets) other.expiresAt = Math.min(other.expiresAt, now + 7 * DAY);
    const id = this.#registry.ids('secret');
    const value = `mdb_sa_sk_${id.slice(8).replace(/^0+/, '').padStart(40, 'x')}`;
    this.#secrets.push({ id, value, createdAt: now, expiresAt: now + hours * HOUR });
    return value;
  }

  /** Deletes a secret by its text; the tokens minted from it are dead at once (MongoDB's rotation guide). */
  deleteSecret(value: string): void {
    const index = this.#secrets.findIndex((secret) => secret.value === value);
    if (index < 0) throw new Error(`service account ${this.clientId} has no such secret`);
    const [secret] = this.#secrets.splice(index, 1);
    for (const token of this.#tokens) if (token.secret === secret) this.#forget(token);
  }

  /** Makes every token of the account invalid, its secrets stay. */
  revokeTokens(): void {
    for (const token of this.#tokens) this.#forget(token);
  }

  /** Revokes one token if it is one of this account. */
  revoke(value: string): void {
    const token = this.#registry.tokens.get(value);
    if (token?.account === this) this.#forget(token);
  }

  /** The secret with this text, if it has not expired. Compared as raw text: Atlas does not percent-decode. */
  authenticate(value: string): ServiceAccountSecret | undefined {
    const now = this.#registry.clock();
    return this.#secrets.find((secret) => secret.value === value && secret.expiresAt > now);
  }

  mint(secret: ServiceAccountSecret): AccessToken {
    this.#minted += 1;
    const now = this.#registry.clock();
    const expiresAt = now + this.#registry.settings.tokenSeconds * 1000;
    const claims = {
      sub: this.clientId,
      iat: Math.floor(now / 1000),
      exp: Math.floor(expiresAt / 1000),
      jti: `${this.#minted}`,
    };
    const value = `${base64url({ alg: 'ES512', typ: 'JWT' })}.${base64url(claims)}.${'x'.repeat(176)}`;
    const token = { account: this, secret, value, expiresAt };
    this.#tokens.add(token);
    this.#registry.tokens.set(value, token);
    return token;
  }

  #forget(token: AccessToken): void {
    this.#tokens.delete(token);
    this.#registry.tokens.delete(token.value);
  }
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
