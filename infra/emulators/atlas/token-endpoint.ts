import type { Answer } from '../loopback/answer.ts';
import { oauthError } from './answers.ts';
import type { Organization } from './organization.ts';
import type { Registry, ServiceAccount, ServiceAccountSecret } from './service-account.ts';

const MINUTE = 60_000;

/** What the two OAuth endpoints need to see of a request. */
interface FormRequest {
  authorization: string | undefined;
  contentType: string | undefined;
  body: string;
}

/** POST /api/oauth/token and /api/oauth/revoke (Atlas docs: generate-oauth2-token, revoke-oauth2-token). */
export class TokenEndpoint {
  /** Tokens given out since the start. */
  minted = 0;
  readonly #registry: Registry;
  readonly #organizations: ReadonlyMap<string, Organization>;
  readonly #windows = new Map<string, { startedAt: number; requests: number }>();

  constructor(registry: Registry, organizations: ReadonlyMap<string, Organization>) {
    this.#registry = registry;
    this.#organizations = organizations;
  }

  /** Limits first, then the client, then what it asks for. */
  token(request: FormRequest): Answer {
    const basic = basicCredentials(request.authorization);
    if (!basic) return oauthError(400, 'invalid_request', 'The provided credentials are not valid.');
    const limited = this.#limit(basic.clientId);
    if (limited) return limited;
    const client = this.#authenticate(basic);
    if (!client) return oauthError(401, 'invalid_client', 'Invalid credentials provided.');
    const form = formOf(request);
    if (!form?.has('grant_type')) return oauthError(400, 'invalid_grant', 'Invalid grant.');
    if (form.get('grant_type') !== 'client_credentials')
      return oauthError(400, 'unsupported_grant_type', 'Invalid grant type.');
    const { account, secret } = client;
    const { settings } = this.#registry;
    if (settings.accessListAtTokenEndpoint && !this.#organizations.get(account.orgId)?.admits(settings.callerAddress)) {
      return oauthError(403, 'access_denied', 'IP access list validation failed for the service account.');
    }
    if (account.activeTokens >= settings.tokenLimits.active) {
      const text = 'Access Token limit reached. Please use the existing Access Tokens or create a new Service Account.';
      return oauthError(403, 'access_denied', text);
    }
    this.minted += 1;
    const token = { access_token: account.mint(secret).value, expires_in: settings.tokenSeconds, token_type: 'Bearer' };
    return { status: 200, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(token) };
  }

  /** 200 with no body, also for a token that is not there (RFC 7009, section 2.2). */
  revoke(request: FormRequest): Answer {
    const basic = basicCredentials(request.authorization);
    if (!basic) return oauthError(400, 'invalid_request', 'The provided credentials are not valid.');
    const client = this.#authenticate(basic);
    if (!client) return oauthError(401, 'invalid_client', 'Invalid credentials provided.');
    const token = formOf(request)?.get('token');
    if (!token) return oauthError(400, 'invalid_request', 'The provided credentials are not valid.');
    client.account.revoke(token);
    return { status: 200, headers: {} };
  }

  #authenticate({
    clientId,
    clientSecret,
  }: Basic): { account: ServiceAccount; secret: ServiceAccountSecret } | undefined {
    const account = this.#registry.accounts.get(clientId);
    const secret = account?.authenticate(clientSecret);
    return account && secret ? { account, secret } : undefined;
  }

  /** Requests a minute per client, whatever becomes of them; all callers share one address here. Not OAuth-shaped: so it is at Atlas. */
  #limit(clientId: string): Answer | undefined {
    const now = this.#registry.clock();
    let window = this.#windows.get(clientId);
    if (!window || now - window.startedAt >= MINUTE) {
      window = { startedAt: now, requests: 0 };
      this.#windows.set(clientId, window);
    }
    const { mintsPerMinute, retryAfter } = this.#registry.settings.tokenLimits;
    if (window.requests < mintsPerMinute) {
      window.requests += 1;
      return undefined;
    }
    const resource = '/api/oauth/token';
    const detail = `Resource ${resource} is limited to ${mintsPerMinute} requests every 1 minutes.`;
    const error = {
      detail,
      error: 429,
      errorCode: 'RATE_LIMITED',
      parameters: [resource, mintsPerMinute, 1],
      reason: 'Too Many Requests',
    };
    const wait = Math.ceil((window.startedAt + MINUTE - now) / 1000);
    return {
      status: 429,
      headers: { 'Content-Type': 'application/json', ...(retryAfter && { 'Retry-After': `${wait}` }) },
      body: JSON.stringify(error),
    };
  }
}

interface Basic {
  clientId: string;
  clientSecret: string;
}

/** Raw text on both sides of the colon: Atlas does not percent-decode, so `_` as %5F is a wrong client. */
function basicCredentials(authorization: string | undefined): Basic | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { clientId: text.slice(0, colon), clientSecret: text.slice(colon + 1) };
}

function formOf({ contentType, body }: FormRequest): URLSearchParams | undefined {
  if (contentType?.split(';', 1)[0]?.trim().toLowerCase() !== 'application/x-www-form-urlencoded') return undefined;
  return new URLSearchParams(body);
}
