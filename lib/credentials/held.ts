import type { Call } from '../call.ts';
import { Failure } from '../failures.ts';
import type { Obtained } from './credential.ts';
import type { Secret } from './secret.ts';

/** A credential that could not be renewed ahead of its end goes on being used, up to so many milliseconds before that. */
const LAST_USE_MILLISECONDS = 10_000;

/** A credential with what is known of it; times are milliseconds since the epoch. */
export interface Held {
  readonly credential: Obtained;
  readonly secret: Secret;
  /** That of the flight that it came with. */
  readonly number: number;
  /** When the reading of its secret began. */
  readonly readAt: number;
  renewAt: number;
  /** Atlas has accepted it, or it follows one that was not taken for dead: a 401 to what worked before means that it died. */
  proven: boolean;
}

/**
 * What a request uses a credential for. Reading and deleting need different roles, each organization gives its own, and one
 * endpoint may refuse for good what another allows.
 */
export function useOf({ orgId }: Call, operation: string): string {
  return `${operation} ${orgId}`;
}

/** When a credential that is due for renewal is used for the last time. */
export function lastUseOf({ credential }: Held): number {
  return credential.expiresAt - LAST_USE_MILLISECONDS;
}

/** A secret that names its organization serves no other. */
export function serves({ orgId }: Secret, call: Call): boolean {
  return orgId === undefined || orgId === call.orgId;
}

/**
 * To be asked of a secret that was read within the minute only: the failure is final for whoever gets it, and a secret may move
 * to another organization.
 * @throws {Failure} `Forbidden`
 */
export function assertServes(secret: Secret, call: Call): void {
  if (serves(secret, call)) return;
  throw new Failure('Forbidden', `The credentials serve another organization than ${call.orgId}.`);
}
