import type { Secret } from '../../lib/credentials/secret.ts';

export const HOME = 'home';
export const FOREIGN = 'foreign';

/** A secret in Secrets Manager, version after version, with what Atlas knows of it. */
export class StoredSecret {
  readonly #named: boolean;
  #version = 1;
  #valid = 1;
  /** Which organization each version serves. */
  readonly #homes = new Map([[1, HOME]]);
  /** When a reading has shown last that it serves this organization. */
  readonly #shown = new Map<string, number>();

  /** @param named whether it names the organization that it serves */
  constructor(named: boolean) {
    this.#named = named;
  }

  /** The organization that it serves. */
  get home(): string {
    return this.homeOf(this.#version) ?? HOME;
  }

  homeOf(version: number): string | undefined {
    return this.#homes.get(version);
  }

  /** True where Atlas knows this version. */
  isValid(version: number): boolean {
    return version === this.#valid;
  }

  /** True where a credential of this version may not be given to a request for the organization. */
  isForeign(version: number, orgId: string): boolean {
    return this.#named && this.homeOf(version) !== orgId;
  }

  /** True where a reading since then has shown it to serve another organization. */
  wasForeign(orgId: string, since: number): boolean {
    return [...this.#shown].some(([home, at]) => home !== orgId && at > since);
  }

  read(now: number): Secret {
    this.#shown.set(this.home, now);
    const named = this.#named ? { orgId: this.home } : {};
    return { kind: 'service-account', id: 'id', secret: `${this.#version}`, ...named };
  }

  /** A new version is stored, and the old one deleted. */
  rotate(home = this.home): void {
    this.#version += 1;
    this.#homes.set(this.#version, home);
    this.mend();
  }

  /** Other credentials are stored: those of the other organization. */
  move(): void {
    this.rotate(this.home === HOME ? FOREIGN : HOME);
  }

  /** The version is deleted before a new one is stored. */
  spoil(): void {
    this.#valid = this.#version + 1;
  }

  /** The stored version is the one that Atlas knows. */
  mend(): void {
    this.#valid = this.#version;
  }
}
