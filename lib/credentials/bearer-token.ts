import { retryDelay } from '../atlas/retry.ts';
import { type Call, timeout } from '../call.ts';
import type { Clock } from '../clock.ts';
import { deadlineIn } from '../deadline.ts';
import { Failure } from '../failures.ts';
import type { Network } from '../transport/network.ts';
import type { Authorization, Obtained } from './credential.ts';
import type { Secret } from './secret.ts';
import { judgeToken, type Token, tokenRequest } from './token.ts';

/** Milliseconds for the whole exchange: it serves every request that waits, whatever the patience of the first. */
const EXCHANGE_MILLISECONDS = 8_000;
const TRY_MILLISECONDS = 4_000;
const RETRY = { tries: 3, longestWait: 1_000 };
/** A token is renewed so many milliseconds before its end, or at half its life where that is shorter. */
const RENEW_AHEAD_MILLISECONDS = 300_000;

/**
 * Exchanges a service account's secret for a token.
 * @throws {Failure} as {@link judgeToken} says, `AtlasUnavailable` or `AtlasTimeout` where no answer came
 */
export async function obtainToken(
  network: Network,
  clock: Clock,
  baseUrl: string,
  secret: Secret,
  call: Call,
): Promise<Obtained> {
  const deadline = deadlineIn(EXCHANGE_MILLISECONDS, clock);
  for (let tried = 1; ; tried += 1) {
    const askedAt = clock.now();
    // Requests that hold connections may be waiting for this very token: it waits for none of them.
    const { outcome } = await network
      .to(baseUrl)
      .leaseNow((connection) =>
        connection.exchange(tokenRequest(secret), Math.min(TRY_MILLISECONDS, deadline.remaining())),
      );
    if ('status' in outcome && outcome.status === 429) call.trace.rateLimited += 1;
    const token = 'status' in outcome ? judgeToken(outcome, clock.now()) : unanswered(outcome.lost, outcome.cause);
    if (!(token instanceof Failure)) {
      call.trace.tokensMinted += 1;
      return new BearerToken(baseUrl, token, askedAt);
    }
    // What came with a 200 was a token all the same, and counts against those that the account may have.
    const spent = 'status' in outcome && outcome.status === 200;
    const delay = spent ? undefined : retryDelay(token, tried, RETRY, deadline.remaining());
    if (delay === undefined) throw token;
    await clock.wait(delay);
  }
}

function unanswered(lost: 'timeout' | 'connection', cause: Error): Failure {
  return lost === 'timeout'
    ? timeout("An answer of Atlas's token endpoint", cause)
    : new Failure('AtlasUnavailable', "The connection to Atlas's token endpoint failed or broke.", { cause });
}

/** RFC 6750. The life of a token is counted from before it was asked for, so that ours ends first. */
class BearerToken implements Obtained, Authorization {
  readonly kind = 'service-account';
  readonly baseUrl: string;
  readonly renewAt: number;
  readonly expiresAt: number;
  readonly #header: string;

  constructor(baseUrl: string, { accessToken, expiresIn }: Token, askedAt: number) {
    const life = expiresIn * 1000;
    this.baseUrl = baseUrl;
    this.expiresAt = askedAt + life;
    this.renewAt = this.expiresAt - Math.min(RENEW_AHEAD_MILLISECONDS, life / 2);
    this.#header = `Bearer ${accessToken}`;
  }

  get header(): string {
    return this.#header;
  }

  authorize(): Authorization {
    return this;
  }

  /** A token has nothing else to say. */
  answer(): undefined {}

  accepted(): void {}
}
