import { describe, expect, it } from 'vitest';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import type { Fault } from '../../infra/emulators/loopback/faults.ts';
import { httpDoor } from '../support/http-door.ts';
import { type RawServer, rawAnswer, rawJson, startRawServer } from '../support/raw-server.ts';
import { ANN, errorOf, openDoor } from './support.ts';

const HTML = '<html><body><h1>Sign in to this network</h1></body></html>';
const error = (body: object | string, status = 400): Fault => ({ status, body });

/** Answers that are none of Atlas, or that no row names. Each is given to every try. */
const NONSENSE: [string, Fault][] = [
  ['a 400 without a body', { status: 400 }],
  ['a 404 without a body', { status: 404 }],
  ['a 500 without a body', { status: 500 }],
  ['a 503 without a body', failures.emptyUnavailable()],
  ['a 403 without a body', failures.emptyForbidden()],
  ['a 502 with HTML', failures.badGateway()],
  ['a 404 with HTML', error(HTML, 404)],
  ['a 403 with HTML', error(HTML, 403)],
  ['a 200 with HTML, as a captive portal sends it', error(HTML, 200)],
  ['a 200 where 204 is right', error({}, 200)],
  ['a 202 where 204 is right', { status: 202 }],
  ['a 205', { status: 205 }],
  ['a 304', { status: 304 }],
  ['a 302', failures.redirect('http://127.0.0.1:9/')],
  ['a 400 with half a document', failures.truncatedJson(400)],
  ['a 404 with half a document', failures.truncatedJson(404)],
  ['an error whose error is a number and nothing else', error({ error: 404 }, 404)],
  ['an error whose error is text', error({ error: 'Not Found' }, 404)],
  ['an error whose error is a list', error({ error: [] }, 404)],
  ['an error whose code is a number', error({ error: 404, errorCode: 404 }, 404)],
  ['an error whose code is null', error({ error: 404, errorCode: null }, 404)],
  ['an error with a code that nobody knows', error({ error: 404, errorCode: 'NEVER_HEARD_OF' }, 404)],
  ['an error that is a list', error([{ errorCode: 'INVALID_INVITATION_ID' }], 404)],
  ['an error that is text', error('"INVALID_INVITATION_ID"', 404)],
  ['an error that is null', error('null', 404)],
  ['an error that hides its code in __proto__', error('{"__proto__":{"errorCode":"INVALID_INVITATION_ID"}}', 404)],
  ['an error that is cut', { ...failures.unexpectedError(), delivery: 'cut' }],
  ['an error that is reset after its head', { ...failures.unexpectedError(), delivery: 'reset-after-head' }],
  ['an error of 5 MB', failures.hugeBody(5_000_000)],
  ['a success of 5 MB', failures.hugeBody(5_000_000, 200)],
  ['a 404 of 5 MB', failures.hugeBody(5_000_000, 404)],
];

describe('what is no answer of Atlas', () => {
  it.each(NONSENSE)('is never believed, and never final: %s', async (_, fault) => {
    const { cancel, atlas, api, open, log } = await openDoor();
    atlas.faults.always(({ method }) => (method === 'DELETE' ? fault : undefined));
    const answer = await cancel();
    expect(errorOf(answer)).toMatchObject({ error: 502 });
    expect(log.line).toMatchObject({ failure: 'AtlasUnavailable', tries: 4 });
    expect(api()).toHaveLength(4);
    expect(answer.body?.length).toBeLessThan(1_000);
    expect(open()).toEqual([ANN]);

    atlas.faults.clear();
    expect(await cancel()).toMatchObject({ statusCode: 204 });
  });

  it.each(NONSENSE)('passes, and the caller does not notice: %s', async (_, fault) => {
    const { cancel, atlas, open } = await openDoor();
    atlas.faults.next(fault, /^DELETE/);
    expect(await cancel()).toMatchObject({ statusCode: 204, body: undefined });
    expect(open()).toEqual([]);
  });

  it.each(NONSENSE)('gives no token, and is none that is kept: %s', async (_, fault) => {
    const { cancel, atlas, open, log } = await openDoor();
    atlas.faults.next({ ...fault, act: false }, /^POST \/api\/oauth\/token/);
    const answer = await cancel();
    if (fault.status === 200) {
      // A token was given out all the same, and an account may have only so many: nothing is asked for twice.
      expect(errorOf(answer)).toMatchObject({ error: 502 });
      expect(log.line).toMatchObject({ failure: 'AtlasUnavailable', tries: 0 });
      expect(await cancel()).toMatchObject({ statusCode: 204 });
    } else {
      expect(answer).toMatchObject({ statusCode: 204 });
    }
    expect(atlas.counts.tokenRequests + atlas.counts.faults).toBe(2);
    expect(open()).toEqual([]);
  });

  it('is a list that is nothing but brackets', async () => {
    const { door, atlas, orgId } = await openDoor();
    atlas.faults.always(({ method }) => (method === 'GET' ? error('['.repeat(100_000), 200) : undefined));
    const post = { method: 'POST', resource: '/cancellations', body: JSON.stringify({ orgId, username: ANN }) };
    expect(errorOf(await door.request(post))).toMatchObject({ error: 502 });
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('of status %i is followed nowhere, and least with our token', async (status) => {
    const elsewhere = await startRawServer(() => rawAnswer(204, {}));
    const { cancel, atlas } = await openDoor();
    atlas.faults.always(() => undefined);
    atlas.faults.next({ status, headers: { Location: elsewhere.url } }, /^DELETE/, 4);
    expect(errorOf(await cancel())).toMatchObject({ error: 502 });
    expect(elsewhere.requests).toHaveLength(0);
  });
});

describe('an answer at the level of bytes', () => {
  const token = rawJson(200, { access_token: 'x'.repeat(40), token_type: 'Bearer', expires_in: 3600 });

  /** An Atlas that gives tokens, and these bytes for everything else. */
  async function against(respond: (server: RawServer['requests'][number]) => string | undefined) {
    const raw = await startRawServer((request) =>
      request.target.startsWith('POST /api/oauth/token') ? token : respond(request),
    );
    const { newService, deletion, log } = await openDoor();
    const door = httpDoor(newService({ ATLAS_BASE_URL: raw.url }));
    const deletions = () => raw.requests.filter(({ target }) => target.startsWith('DELETE')).length;
    return { answer: await door.request(deletion()), log, deletions };
  }

  it.each<[string, string]>([
    ['after Early Hints', `${rawAnswer(103, { Link: '</x>' })}${rawAnswer(204, {})}`],
    ['after Processing', `${rawAnswer(102, {})}${rawAnswer(204, {})}`],
    ['with a body that may not be there', rawAnswer(204, { 'Content-Length': 5 }, 'hello')],
    ['with a type, as Atlas sends it', rawAnswer(204, { 'Content-Type': 'application/vnd.atlas.2023-01-01+json' })],
    ['without an announced end', rawAnswer(204, { Connection: 'close' })],
  ])('is a 204 %s', async (_, bytes) => {
    const { answer, deletions } = await against(() => bytes);
    expect(answer).toMatchObject({ statusCode: 204, body: undefined });
    expect(answer.headers).not.toHaveProperty('content-type');
    expect(deletions()).toBe(1);
  });

  it.each<[string, string]>([
    ['100 Continue for a body that we never announced', rawAnswer(100, {})],
    ['101 Switching Protocols', rawAnswer(101, { Connection: 'upgrade', Upgrade: 'h2c' })],
    ['another protocol', '220 smtp.example.com ESMTP\r\n'],
    ['a head of 100 kB', `HTTP/1.1 204 No Content\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`],
    ['two lengths', rawAnswer(400, { 'Content-Length': '2, 3' }, '{}')],
    ['a malformed chunk', rawAnswer(400, { 'Transfer-Encoding': 'chunked' }, 'xyz\r\n')],
    ['a header with a NUL', 'HTTP/1.1 204 No Content\r\nX: a\0b\r\n\r\n'],
  ])('is not believed: %s', async (_, bytes) => {
    const { answer, log, deletions } = await against(() => bytes);
    expect(errorOf(answer)).toMatchObject({ error: 502 });
    expect(log.line).toMatchObject({ failure: 'AtlasUnavailable' });
    expect(deletions()).toBe(4);
  });
});
