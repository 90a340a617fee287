import { describe, expect, it } from 'vitest';
import { INVITES, stoppedClock, USERS, withAtlas } from './support.ts';

const ABSENT = '/invites/000000000000000000000000';

describe('rate limit', () => {
  it('lets the whole bucket through, failures included, then refuses until the next step of its refill', async () => {
    const clock = stoppedClock();
    const { atlas, api, organization } = await withAtlas({ clock });
    atlas.settings.bucket = { capacity: 4, refill: 2, seconds: 60 };
    const path = `api/atlas/v2/orgs/${organization.id}${ABSENT}`;
    const remaining = async () => (await api.delete(ABSENT, INVITES)).headers['ratelimit-remaining'];
    expect([await remaining(), await remaining(), await remaining(), await remaining()]).toEqual(['3', '2', '1', '0']);
    clock.advance(5_000);
    const refused = await api.delete(ABSENT, INVITES);
    expect(refused.status).toBe(429);
    expect(refused.headers).toMatchObject({ 'retry-after': '55', 'ratelimit-limit': '4', 'ratelimit-remaining': '0' });
    expect(refused.json).toEqual({
      detail: `Rate limit exceeded for ${path}. Please retry after 55 seconds. Request capacity: 4. Refill rate: 2 per 60 seconds.`,
      error: 429,
      errorCode: 'RATE_LIMITED_TOKEN_BUCKET',
      parameters: [path, 55, 4, 2, 60],
      reason: 'Too Many Requests',
    });
    clock.advance(54_999);
    expect((await api.delete(ABSENT, INVITES)).status).toBe(429);
    clock.advance(1);
    expect(await remaining()).toBe('1');
    clock.advance(600_000);
    expect(await remaining()).toBe('3');
    expect(atlas.counts.answered429).toBe(2);
  });

  it('is counted apart for invites and users, and for each organization', async () => {
    const { api: first, atlas, organization } = await withAtlas();
    await first.delete(ABSENT, INVITES);
    expect((await first.get('/users', USERS)).headers['ratelimit-remaining']).toBe('499');
    expect((await first.get('', INVITES)).headers['ratelimit-remaining']).toBe('498');
    expect(organization.limiter.remaining('organizations')).toBe(498);
    expect(atlas.addOrganization().limiter.remaining('organizations')).toBe(500);
  });
});

describe('request log', () => {
  it('holds what arrived, without the credential', async () => {
    const { atlas, api, organization, bearer } = await withAtlas({ clock: stoppedClock() });
    atlas.requests.length = 0;
    await api.get('/users?username=a%40example.com', USERS);
    expect(atlas.requests).toMatchObject([
      {
        method: 'GET',
        path: `/api/atlas/v2/orgs/${organization.id}/users?username=a%40example.com`,
        status: 200,
        headers: { authorization: 'Bearer' },
        at: Date.parse('2026-11-23T08:00:00Z'),
      },
    ]);
    expect(JSON.stringify(atlas.requests)).not.toContain(bearer.slice(7));
  });

  it('keeps no more than it is told', async () => {
    const { atlas, api } = await withAtlas({ keepRequests: 2 });
    for (let request = 0; request < 9; request += 1) await api.get('/users', USERS);
    expect(atlas.requests.length).toBeLessThan(4);
    expect(atlas.requests.at(-1)?.number).toBe(10);
    expect((await withAtlas({ keepRequests: 0 })).atlas.requests).toEqual([]);
  });
});
