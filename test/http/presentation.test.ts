import { describe, expect, it } from 'vitest';
import { deleteInvitation } from '../support/http-events.ts';
import { ANN, errorOf, openDoor } from './support.ts';

const NOTICES = {
  deprecation: 'Wed, 19 Feb 2025 00:00:00 GMT',
  sunset: 'Thu, 1 Jul 2027 00:00:00 GMT',
  'ratelimit-limit': '500',
};

describe('the envelope', () => {
  it.each<[string, string, object, boolean]>([
    ['of a success has its status alone', 'envelope=true', { status: 204 }, false],
    [
      'of a dry run has its result',
      'envelope=true&dryRun=true',
      { status: 200, content: { outcome: 'would_cancel' } },
      true,
    ],
  ])('%s', async (_, query, json, left) => {
    const { cancel, open } = await openDoor();
    const answer = await cancel({ query });
    expect(answer).toMatchObject({ statusCode: 200, headers: { 'content-type': 'application/json' }, json });
    expect(open()).toEqual(left ? [ANN] : []);
  });

  it('of a failure has its status and its error, and is a 200', async () => {
    const { cancel } = await openDoor();
    const plain = await (await openDoor()).door.request(deleteInvitation('0'.repeat(24), '0'.repeat(24)));
    await cancel();
    const { statusCode, headers, json } = await cancel({ query: 'envelope=true' });
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({ ...NOTICES, 'content-type': 'application/json' });
    expect(json).toMatchObject({ status: 404, content: { error: 404, errorCode: 'INVALID_INVITATION_ID' } });
    expect(Object.keys((json as { content: object }).content)).toEqual(Object.keys(errorOf(plain)));
  });

  it('of a failure keeps Retry-After', async () => {
    const { cancel, atlas } = await openDoor();
    atlas.settings.bucket.capacity = 0;
    expect(await cancel({ query: 'envelope=true' })).toMatchObject({
      statusCode: 200,
      headers: { 'retry-after': '60' },
      json: { status: 429, content: { error: 429 } },
    });
  });

  it.each(['envelope=false', 'envelope=false&pretty=true'])('is left out with %s', async (query) => {
    const { cancel } = await openDoor();
    expect(await cancel({ query })).toMatchObject({ statusCode: 204, body: undefined });
  });

  it.each(['envelope=true', 'envelope=true&pretty=true', 'pretty=true'])(
    'is ours: Atlas never sees %s',
    async (query) => {
      const { cancel, api } = await openDoor();
      await cancel({ query });
      expect(api().map(({ path }) => path)).toEqual([expect.not.stringContaining('?')]);
    },
  );
});

describe('a pretty body', () => {
  it.each([
    ['a result', 'dryRun=true', 'invitationId'],
    ['an envelope', 'envelope=true', 'status'],
    ['an error', 'dryRun=maybe', 'errorCode'],
    ['an error in its envelope', 'envelope=true&dryRun=maybe', 'errorCode'],
  ])('is indented: %s', async (_, query, field) => {
    const plain = await (await openDoor()).cancel({ query });
    const pretty = await (await openDoor()).cancel({ query: `${query}&pretty=true` });
    expect(plain.body).not.toContain('\n');
    expect(pretty.body).toContain(`\n  `);
    expect(pretty.body).toContain(`"${field}": `);
    expect(pretty.json).toEqual(plain.json);
    expect(pretty.statusCode).toBe(plain.statusCode);
  });

  it('is none where there is no body', async () => {
    const { cancel } = await openDoor();
    expect(await cancel({ query: 'pretty=true' })).toMatchObject({ statusCode: 204, body: undefined });
  });
});
