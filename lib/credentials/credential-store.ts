import { type Call, timeout } from '../call.ts';
import type { Clock } from '../clock.ts';
import { before } from '../deadline.ts';
import type { Failure } from '../failures.ts';
import type { Network } from '../transport/network.ts';
import { obtainToken } from './bearer-token.ts';
import type { Credential, Credentials } from './credential.ts';
import { ApiKeyCredential } from './digest.ts';
import type { Secret } from './secret.ts';
import type { ReadSecret } from './secret-reader.ts';
import { CredentialSource } from './source.ts';

/** Milliseconds for one read of a secret, the SDK's own repetitions included. */
const READ_MILLISECONDS = 6_000;
/**
 * Secrets whose credentials are kept at once; the one longest unused makes room, see {@link CredentialStore}. Far more than a
 * container meets: organizations served in turn, one more than there is room for, would each lose theirs before it is needed
 * again, and every request would cost a token. One takes about 4 KB of the heap with its token, all of them 20 MB.
 */
const MOST_SOURCES = 5_000;

interface CredentialStoreOptions {
  readonly network: Network;
  readonly clock: Clock;
  readonly read: ReadSecret;
  /** Name or ARN of the secret; `{orgId}` in it stands for the organization. */
  readonly secretId: string;
  /** Origin of Atlas where the configuration names one; it wins over the secret's. */
  readonly configuredBaseUrl: string | undefined;
  readonly defaultBaseUrl: string;
}

/**
 * The credentials of all organizations, each from its own secret: two organizations share one only if they share a secret. A
 * source that goes takes along what bounds the cost of asking, so it goes last while it has such a thing to remember.
 */
export class CredentialStore implements Credentials {
  readonly #options: CredentialStoreOptions;
  readonly #sources = new Map<string, CredentialSource>();
  /** The one that was used last: the next request is most often for the same organization. */
  #last: { readonly orgId: string; readonly source: CredentialSource } | undefined;

  constructor(options: CredentialStoreOptions) {
    this.#options = options;
  }

  ready(call: Call): Credential | undefined {
    return this.#source(call).ready(call);
  }

  async current(call: Call): Promise<Credential> {
    const source = this.#source(call);
    return source.ready(call) ?? before(call.deadline, source.current(call), () => timeout('The Atlas credentials'));
  }

  accepted(call: Call, operation: string, credential: Credential): void {
    const source = this.#last?.orgId === call.orgId ? this.#last.source : this.#sources.get(this.#secretId(call));
    source?.accepted(call, operation, credential);
  }

  renew(call: Call, operation: string, refused: Credential, refusal: Failure): Promise<Credential> {
    const renewed = this.#source(call).renew(call, operation, refused, refusal);
    return before(call.deadline, renewed, () => timeout('The Atlas credentials'));
  }

  #secretId({ orgId }: Call): string {
    return this.#options.secretId.replaceAll('{orgId}', orgId);
  }

  #source(call: Call): CredentialSource {
    if (this.#last?.orgId === call.orgId) return this.#last.source;
    const secretId = this.#secretId(call);
    const source = this.#sources.get(secretId) ?? this.#newSource(secretId);
    // A Map keeps the order of insertion: the first is the one longest unused.
    this.#sources.delete(secretId);
    this.#sources.set(secretId, source);
    if (this.#sources.size > MOST_SOURCES) this.#makeRoom(secretId);
    this.#last = { orgId: call.orgId, source };
    return source;
  }

  #makeRoom(kept: string): void {
    const others = [...this.#sources.keys()].filter((secretId) => secretId !== kept);
    const going = others.find((secretId) => !this.#sources.get(secretId)?.isBounding()) ?? others[0];
    if (going !== undefined) this.#sources.delete(going);
  }

  #newSource(secretId: string): CredentialSource {
    const { network, clock, read } = this.#options;
    return new CredentialSource({
      clock,
      read: (call) => {
        call.trace.secretsRead += 1;
        return read(secretId, READ_MILLISECONDS);
      },
      obtain: async (secret, call) => {
        const baseUrl = this.#baseUrl(secret);
        return secret.kind === 'api-key'
          ? new ApiKeyCredential(baseUrl, secret)
          : obtainToken(network, clock, baseUrl, secret, call);
      },
    });
  }

  #baseUrl({ baseUrl }: Secret): string {
    return this.#options.configuredBaseUrl ?? baseUrl ?? this.#options.defaultBaseUrl;
  }
}
