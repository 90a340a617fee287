import type { IncomingHttpHeaders } from 'node:http';
import type { Call } from '../call.ts';
import type { Failure } from '../failures.ts';
import type { Acceptance } from './acceptance.ts';
import type { Secret } from './secret.ts';

/** Something that Atlas accepts in an `Authorization` header: a token, or an API key's answer to a challenge. */
export interface Credential {
  /** What it was made of. */
  readonly kind: Secret['kind'];
  /** The origin of the Atlas that it belongs to. */
  readonly baseUrl: string;
  /** The header's value for one request; undefined where there is nothing to say before Atlas asks. */
  authorize(method: string, path: string): string | undefined;
  /** Reads the headers of a 401. True where the same request may be sent again at once, since the challenge in it is answerable. */
  challenged(headers: IncomingHttpHeaders): boolean;
  /** What Atlas has accepted it for. */
  readonly acceptance: Acceptance;
}

/** Where the client gets its credentials from. */
export interface Credentials {
  /**
   * The credential for the call's organization, obtained where there is none.
   * @throws {Failure} `CredentialsUnavailable`, `CredentialsInvalid`, `Forbidden`, or what the token endpoint answers
   */
  current(call: Call): Promise<Credential>;
  /**
   * Another credential after Atlas answered 401 to `refused` in a request of this method, from a secret read anew.
   * @throws {Failure} `refusal`, where a credential obtained after an earlier 401 was refused too
   */
  renew(call: Call, method: string, refused: Credential, refusal: Failure): Promise<Credential>;
}
