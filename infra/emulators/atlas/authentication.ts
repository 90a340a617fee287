import type { Answer } from '../loopback/answer.ts';
import { atlasError } from './answers.ts';
import type { Digest } from './digest.ts';
import type { Registry } from './service-account.ts';

/** Who asks: a credential with the organization it belongs to. */
export interface Principal {
  readonly orgId: string;
  readonly roles: readonly string[];
}

/** The caller behind an Authorization header (Bearer or Digest), or the 401 to answer with. */
export function authenticate(
  registry: Registry,
  digest: Digest,
  { authorization, method, target }: { authorization: string | undefined; method: string; target: string },
): Principal | Answer {
  if (authorization?.startsWith('Bearer ')) {
    const token = registry.tokens.get(authorization.slice(7));
    if (!token || token.expiresAt <= registry.clock()) return deadToken(registry);
    return token.account;
  }
  if (authorization?.startsWith('Digest ')) return digest.authenticate(authorization, method, target);
  return digest.challenge();
}

/** What a dead token gets is not documented: its shape is a setting. The challenge header is that of RFC 6750, section 3. */
function deadToken({ settings }: Registry): Answer {
  const { body, wwwAuthenticate } = settings.revokedTokenAnswer;
  const headers = wwwAuthenticate ? { 'Www-Authenticate': 'Bearer error="invalid_token"' } : {};
  if (body === 'empty') return { status: 401, headers };
  return atlasError(401, body, 'You are not authorized for this resource.', [], headers);
}
