import { describe, expect, it } from 'vitest';
import type { Fault } from '../../infra/emulators/loopback/faults.ts';
import { judgeToken, tokenRequest } from '../../lib/credentials/token.ts';
import { Failure } from '../../lib/failures.ts';
import { NOW } from '../support/clock.ts';
import { apiRequests, costMeter, endOf, startClockedStage, tryDeletion } from './support.ts';

const TOKEN = { access_token: 'eyJ.x.y', token_type: 'Bearer', expires_in: 3600 };

function answer(status: number, body: unknown, headers: Record<string, string> = {}) {
  return { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body), complete: true };
}

function oauth(error: string, error_description: string) {
  return { error_description, error };
}

describe('the request for a token', () => {
  it('asks for JSON, by the grant of the client credentials', () => {
    const { headers, ...request } = tokenRequest({ kind: 'service-account', id: 'x', secret: 'x' });
    expect(request).toMatchObject({ method: 'POST', path: '/api/oauth/token', body: 'grant_type=client_credentials' });
    expect(headers).toMatchObject({
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
    });
  });

  it('carries id and secret as they are: Atlas refuses percent-encoded underscores', () => {
    const { authorization } = tokenRequest({
      kind: 'service-account',
      id: 'mdb_sa_id_1',
      secret: 'mdb_sa_sk_x+/%5F',
    }).headers;
    const encoded = authorization?.replace(/^Basic /, '') ?? '';
    expect(Buffer.from(encoded, 'base64').toString()).toBe('mdb_sa_id_1:mdb_sa_sk_x+/%5F');
  });
});

describe("the token endpoint's answer", () => {
  it('is a token with its life in seconds', () => {
    expect(judgeToken(answer(200, TOKEN), NOW)).toEqual({ accessToken: 'eyJ.x.y', expiresIn: 3600 });
  });

  it.each([
    ['401 invalid_client', answer(401, oauth('invalid_client', 'Invalid credentials provided.')), 'AtlasUnauthorized'],
    ['401 without a word', answer(401, ''), 'AtlasUnauthorized'],
    [
      '400 invalid_request',
      answer(400, oauth('invalid_request', 'The provided credentials are not valid.')),
      'AtlasUnauthorized',
    ],
    ['400 invalid_grant', answer(400, oauth('invalid_grant', 'Invalid grant.')), 'AtlasUnauthorized'],
    ['400 invalid_client', answer(400, oauth('invalid_client', 'Invalid client.')), 'AtlasUnauthorized'],
    ['400 unauthorized_client', answer(400, oauth('unauthorized_client', 'Not this grant.')), 'AtlasUnauthorized'],
    ['400 without a word', answer(400, ''), 'AtlasUnavailable'],
    ['500 in the words of a refusal', answer(500, oauth('invalid_client', 'Invalid client.')), 'AtlasUnavailable'],
    ['400 with a code that is a sentence', answer(400, oauth('no invalid_client', 'No.')), 'AtlasUnavailable'],
    ['400 with more than a code', answer(400, oauth('invalid_client!', 'No.')), 'AtlasUnavailable'],
    [
      '402 for an account that is suspended',
      answer(402, { error: 402, errorCode: 'ACCOUNT_SUSPENDED' }),
      'AtlasUnauthorized',
    ],
    ['403 access_denied of an unknown reason', answer(403, oauth('access_denied', 'No.')), 'AtlasUnauthorized'],
    [
      '403 of the access list',
      answer(403, oauth('access_denied', 'IP access list validation failed for the service account.')),
      'AtlasAccessListBlocked',
    ],
    ['403 of the accesslist', answer(403, oauth('access_denied', 'Not on the accesslist.')), 'AtlasAccessListBlocked'],
    [
      '403 of the access list in the shape of the API',
      answer(403, {
        error: 403,
        errorCode: 'IP_ADDRESS_NOT_ON_ACCESS_LIST',
        detail: 'No.',
        parameters: ['203.0.113.7'],
      }),
      'AtlasAccessListBlocked',
    ],
    [
      '403 at the token cap',
      answer(
        403,
        oauth(
          'access_denied',
          'Access Token limit reached. Please use the existing Access Tokens or create a new Service Account.',
        ),
      ),
      'AtlasRateLimited',
    ],
    [
      '429',
      answer(429, {
        error: 429,
        errorCode: 'RATE_LIMITED',
        detail: 'Resource /api/oauth/token is limited to 50 requests every 1 minutes.',
        parameters: ['/api/oauth/token', 50, 1],
      }),
      'AtlasRateLimited',
    ],
    ['429 without a word', answer(429, ''), 'AtlasRateLimited'],
    [
      '400 of a form that Atlas no longer knows',
      answer(400, oauth('unsupported_grant_type', 'Invalid grant type.')),
      'AtlasUnavailable',
    ],
    ['403 without a word', answer(403, ''), 'AtlasUnavailable'],
    ['403 of a gateway', answer(403, '<html>Forbidden</html>'), 'AtlasUnavailable'],
    ['404', answer(404, ''), 'AtlasUnavailable'],
    ['500 server_error', answer(500, oauth('server_error', 'Unexpected error.')), 'AtlasUnavailable'],
    ['502 of a gateway', answer(502, '<html>Bad Gateway</html>'), 'AtlasUnavailable'],
    ['503', answer(503, ''), 'AtlasUnavailable'],
    ['a redirect', answer(302, '', { location: 'https://evil.example' }), 'AtlasUnavailable'],
    ['204', answer(204, ''), 'AtlasUnavailable'],
  ])('%s is told from the others', (_, given, name) => {
    const judged = judgeToken(given, NOW);
    expect(judged).toBeInstanceOf(Failure);
    expect(judged).toMatchObject({ name, atlasStatus: given.status });
  });

  it.each([
    ['the cap of live tokens', answer(403, oauth('access_denied', 'Access Token limit reached.')), 60],
    [
      '50 exchanges a minute',
      answer(429, { error: 429, errorCode: 'RATE_LIMITED', parameters: ['/api/oauth/token', 50, 1] }),
      60,
    ],
    ['a limit that says how long', answer(429, '', { 'retry-after': '17' }), 17],
  ])('%s is a 503 of ours, to be tried again later', (_, given, retryAfter) => {
    expect(judgeToken(given, NOW)).toMatchObject({ name: 'AtlasRateLimited', status: 503, retryAfter });
  });
});

it('an outage of the token endpoint lasts as long as it says', () => {
  const outage = answer(503, '', { 'retry-after': '7' });
  expect(judgeToken(outage, NOW)).toMatchObject({ name: 'AtlasUnavailable', status: 503, retryAfter: 7 });
});

/** What a 200 may not hold; each is delivered once over a real connection. */
const HOSTILE: [string, unknown][] = [
  ['no token', { ...TOKEN, access_token: undefined }],
  ['an empty token', { ...TOKEN, access_token: '' }],
  ['a token that is no text', { ...TOKEN, access_token: 7 }],
  ['a token with a line break', { ...TOKEN, access_token: 'x\r\nX-Evil: 1' }],
  ['a token with a space', { ...TOKEN, access_token: 'x y' }],
  ['a token of 9,000 characters', { ...TOKEN, access_token: 'x'.repeat(9_000) }],
  ['no type', { ...TOKEN, token_type: undefined }],
  ['another type', { ...TOKEN, token_type: 'mac' }],
  ['a type with words before it', { ...TOKEN, token_type: 'no bearer' }],
  ['a type with words after it', { ...TOKEN, token_type: 'bearer no' }],
  ['no life', { ...TOKEN, expires_in: undefined }],
  ['a life of null', { ...TOKEN, expires_in: null }],
  ['a life in text', { ...TOKEN, expires_in: '3600' }],
  ['a life in text with a unit', { ...TOKEN, expires_in: '60s' }],
  ['a life of 0', { ...TOKEN, expires_in: 0 }],
  ['a negative life', { ...TOKEN, expires_in: -3600 }],
  ['half a second of life', { ...TOKEN, expires_in: 0.5 }],
  ['a life beyond measure', '{"access_token":"x","token_type":"Bearer","expires_in":1e999}'],
  ['a life of a century', { ...TOKEN, expires_in: 3_155_760_000 }],
  ['a list', [TOKEN]],
  ['null', 'null'],
  ['nothing', ''],
  ['HTML', '<html>Sign in</html>'],
  ['half a document', JSON.stringify(TOKEN).slice(0, -5)],
  ['an error', oauth('invalid_client', 'Invalid credentials provided.')],
  ['100 kB', { ...TOKEN, note: 'x'.repeat(100_000) }],
];

describe('a 200 of the token endpoint that is no token', () => {
  it.each(HOSTILE)(
    '(%s) is AtlasUnavailable, is not asked for again at once, and the next request recovers',
    async (_, body) => {
      const stage = await startClockedStage();
      const { service, organization, atlas } = stage;
      const cost = costMeter(stage);
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      atlas.faults.next({ status: 200, headers: { 'Content-Type': 'application/json' }, body: text }, /oauth/);
      const { failure } = await tryDeletion(service, organization.id);
      expect(failure).toMatchObject({ name: 'AtlasUnavailable', status: 502 });
      expect(failure?.message).toMatch(/^Atlas answered 200, but the answer is no token\.$/);
      expect(atlas.counts.requests).toBe(1);
      expect(apiRequests(atlas)).toHaveLength(0);
      expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
      expect(cost().exchanges).toBe(1);
    },
  );

  it('may be in any letter case as to its type', async () => {
    expect(judgeToken(answer(200, { ...TOKEN, token_type: 'bearer' }), NOW)).toMatchObject({ expiresIn: 3600 });
  });
});

describe('a token endpoint that does not answer', () => {
  it.each<[string, Fault]>([
    ['refuses for a moment', { status: 503 }],
    ['breaks the connection', { act: false, delivery: 'reset' }],
    ['breaks the connection after it has minted', { act: true, delivery: 'reset' }],
    ['breaks off within the token', { act: true, delivery: 'cut' }],
    ['errs', { status: 500, body: oauth('server_error', 'Unexpected error.') }],
  ])('(%s) is asked again, and the request never notices', async (_, fault) => {
    const { service, organization, atlas } = await startClockedStage();
    atlas.faults.next(fault, /oauth/);
    const served = await tryDeletion(service, organization.id);
    expect(endOf(served)).toBe(fault.delivery === 'cut' ? 'AtlasUnavailable' : 'InvitationNotFound');
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
  });

  it('is told apart from one that is too slow', async () => {
    const { service, organization, atlas, clock } = await startClockedStage();
    atlas.faults.next({ act: false, delivery: 'reset' }, /oauth/, 3);
    const broken = await tryDeletion(service, organization.id);
    expect(broken.failure).toMatchObject({
      name: 'AtlasUnavailable',
      message: "The connection to Atlas's token endpoint failed or broke.",
      cause: expect.any(Error),
    });
    // Of the eight seconds for the whole exchange a tenth of one is left after the first answer.
    atlas.faults.next({ status: 503 }, ({ path }) => {
      if (!path.includes('oauth')) return false;
      clock.advance(7_900);
      return true;
    });
    atlas.faults.next({ act: false, delivery: 'hold' }, /oauth/, 9);
    const slow = await tryDeletion(service, organization.id);
    expect(slow.failure).toMatchObject({
      name: 'AtlasTimeout',
      message: expect.stringContaining("An answer of Atlas's token endpoint"),
    });
  });

  it('is counted in the log: each token, and each answer that limits the rate', async () => {
    const { service, organization, atlas } = await startClockedStage();
    atlas.faults.next({ status: 429, headers: { 'Retry-After': '1' } }, /oauth/, 2);
    const { trace } = await tryDeletion(service, organization.id);
    expect(trace).toMatchObject({ tokensMinted: 1, rateLimited: 2 });
    const next = await tryDeletion(service, organization.id);
    expect(next.trace).toMatchObject({ tokensMinted: 0, rateLimited: 0 });
  });

  it('is asked three times for one request', async () => {
    const { service, organization, atlas } = await startClockedStage();
    atlas.faults.next({ status: 503 }, /oauth/, 10);
    expect(endOf(await tryDeletion(service, organization.id))).toBe('AtlasUnavailable');
    expect(atlas.counts.requests).toBe(3);
  });
});
