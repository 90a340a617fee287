import type { IncomingHttpHeaders } from 'node:http';
import type { Call } from '../call.ts';
import type { Failure } from '../failures.ts';
import type { Secret } from './secret.ts';

/** Something that Atlas accepts in an `Authorization` header: a token, or an API key's answers to its challenges. */
export interface Credential {
  /** What it was made of. */
  readonly kind: Secret['kind'];
  /** The origin of the Atlas that it belongs to. */
  readonly baseUrl: string;
  /** What authorizes one sending of a request; `path` with its query, as it stands in the request line. */
  authorize(method: string, path: string): Authorization;
}

/** What authorizes one sending of a request. */
export interface Authorization {
  /** The header's value; undefined where there is nothing to say before Atlas asks. */
  readonly header: string | undefined;
  /**
   * What authorizes the same request after a 401 with these headers. Undefined where the 401 is a refusal: there was no
   * challenge in it, or this was the answer to one already.
   */
  answer(headers: IncomingHttpHeaders): Authorization | undefined;
  /** Atlas has let the request in. */
  accepted(): void;
}

/** A credential with its times, milliseconds since the epoch; one that never ends has `Infinity`. */
export interface Obtained extends Credential {
  readonly renewAt: number;
  readonly expiresAt: number;
}

/** Where the client gets its credentials from. */
export interface Credentials {
  /** The credential at hand for the call's organization; undefined where {@link current} has to be waited for. */
  ready(call: Call): Credential | undefined;
  /**
   * The credential for the call's organization, obtained where there is none.
   * @throws {Failure} `CredentialsUnavailable`, `CredentialsInvalid`, `Forbidden`, or what the token endpoint answers
   */
  current(call: Call): Promise<Credential>;
  /** Notes that Atlas has let in a request for this operation: a method and a resource, such as `DELETE invites`. */
  accepted(call: Call, operation: string, credential: Credential): void;
  /**
   * Another credential after Atlas answered 401 to `refused` in a request for this operation, from a secret read anew.
   * @throws {Failure} `refusal`, where it is lasting: a credential obtained after an earlier 401 was refused too
   */
  renew(call: Call, operation: string, refused: Credential, refusal: Failure): Promise<Credential>;
}
