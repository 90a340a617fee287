import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Atlas } from '../../infra/emulators/atlas/atlas.ts';
import { send, stoppedClock, withAtlas } from './support.ts';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

interface Signing {
  publicKey: string;
  privateKey: string;
  nonce: string;
  nc?: number;
  method?: string;
  /** The target that is signed. */
  target: string;
}

/** An Authorization header as in RFC 7616, section 3.4. */
function sign({ publicKey, privateKey, nonce, nc = 1, method = 'GET', target }: Signing): string {
  const count = nc.toString(16).padStart(8, '0');
  const a1 = md5(`${publicKey}:MMS Public API:${privateKey}`);
  const response = md5(`${a1}:${nonce}:${count}:xxxx:auth:${md5(`${method}:${target}`)}`);
  return `Digest username="${publicKey}", realm="MMS Public API", nonce="${nonce}", uri="${target}", cnonce="xxxx", nc=${count}, qop=auth, response="${response}", algorithm=MD5`;
}

async function start() {
  const clock = stoppedClock();
  const { atlas, organization } = await withAtlas({ clock });
  const key = organization.addApiKey();
  const target = `/api/atlas/v2/orgs/${organization.id}/users?username=a%40example.com`;
  return {
    clock,
    atlas,
    organization,
    key,
    target,
    get: (authorization?: string) => get(atlas, target, authorization),
  };
}

function get(atlas: Atlas, target: string, authorization?: string) {
  const accept = 'application/vnd.atlas.2025-02-19+json';
  return send(atlas.url + target, 'GET', authorization === undefined ? { accept } : { accept, authorization });
}

function challengeOf(reply: Awaited<ReturnType<typeof get>>) {
  const text = String(reply.headers['www-authenticate']);
  return { text, nonce: /nonce="([^"]*)"/.exec(text)?.[1] ?? '', stale: text.includes('stale=true') };
}

describe('HTTP Digest', () => {
  it('challenges a request without a credential as recorded of Atlas', async () => {
    const { get } = await start();
    const reply = await get();
    expect(reply.status).toBe(401);
    expect(challengeOf(reply).text).toMatch(
      /^Digest realm="MMS Public API", domain="", nonce="[A-Za-z0-9+/]{32}", algorithm=MD5, qop="auth", stale=false$/,
    );
    expect(reply.headers['content-length']).toBe('142');
    expect(reply.json).toEqual({
      error: 401,
      reason: 'Unauthorized',
      detail: 'You are not authorized for this resource.',
      errorCode: 'UNEXPECTED_ERROR',
    });
    expect(challengeOf(await get()).nonce).not.toBe(challengeOf(reply).nonce);
  });

  it('lets a signed request in, once for each nonce', async () => {
    const { get, key, target } = await start();
    const { nonce } = challengeOf(await get());
    expect((await get(sign({ ...key, nonce, target }))).status).toBe(200);
    const again = await get(sign({ ...key, nonce, nc: 2, target }));
    expect(again.status).toBe(401);
    expect(challengeOf(again).stale).toBe(true);
  });

  it('lets a nonce be used again where that is switched on, never with the same count, until its time is over', async () => {
    const { atlas, get, key, target, clock } = await start();
    atlas.settings.digest = { nonceReuse: true, nonceSeconds: 30 };
    const { nonce } = challengeOf(await get());
    const use = (nc: number) => get(sign({ ...key, nonce, nc, target }));
    expect((await use(1)).status).toBe(200);
    expect((await use(3)).status).toBe(200);
    expect((await use(2)).status).toBe(200);
    expect(challengeOf(await use(3)).stale).toBe(true);
    clock.advance(30_000);
    expect(challengeOf(await use(4)).stale).toBe(true);
  });

  it.each([
    ['a wrong private key', { privateKey: 'wrong' }],
    ['an unknown public key', { publicKey: 'unknown' }],
    ['another method', { method: 'DELETE' }],
    ['another path', { target: '/api/atlas/v2/orgs' }],
  ])('refuses %s with a challenge that is not stale', async (_, difference) => {
    const { get, key, target } = await start();
    const { nonce } = challengeOf(await get());
    const reply = await get(sign({ ...key, nonce, target, ...difference }));
    expect(reply.status).toBe(401);
    expect(challengeOf(reply).stale).toBe(false);
  });

  it('calls a nonce that it never gave stale, if the signature is right', async () => {
    const { get, key, target } = await start();
    expect(challengeOf(await get(sign({ ...key, nonce: 'other', target }))).stale).toBe(true);
  });

  it('knows the role of a key', async () => {
    const { atlas, organization } = await start();
    const key = organization.addApiKey({ roles: ['ORG_READ_ONLY'] });
    const target = `/api/atlas/v2/orgs/${organization.id}/users/000000000000000000000000`;
    const { nonce } = challengeOf(await get(atlas, target));
    const authorization = sign({ ...key, nonce, target, method: 'DELETE' });
    const accept = 'application/vnd.atlas.2025-02-19+json';
    const reply = await send(atlas.url + target, 'DELETE', { authorization, accept });
    expect(reply.json).toMatchObject({ error: 401, errorCode: 'USER_UNAUTHORIZED' });
  });
});
