import { describe, expect, it } from 'vitest';
import { manualClock, NOW } from '../support/clock.ts';
import { startOperations } from './support.ts';

const ZOE = entry('1', 'zoe@example.com');
const NEXT = [{ rel: 'next', href: 'http://localhost:8080/next' }];

function entry(id: string, username: string) {
  return { id: `66b1c0de000000000000000${id}`, username, orgMembershipStatus: 'PENDING' };
}

function crowd(size: number) {
  return Array.from({ length: size }, () => entry('0', 'bob@example.com'));
}

/** Atlas whose filter finds Zoe on these pages, and the last of them ever after; she can be read by her id too. */
async function startPages(pages: readonly object[]) {
  const clock = manualClock();
  const { atlas, operations, call } = await startOperations({ clock });
  const asked: string[] = [];
  atlas.faults.always(({ path }) => {
    if (!path.startsWith('/api/atlas/')) return undefined;
    clock.advance(5);
    if (path.endsWith(`/users/${ZOE.id}`)) return { status: 200, body: ZOE };
    const query = new URLSearchParams(path.split('?')[1]);
    if (query.get('username') !== ZOE.username) return undefined;
    asked.push(query.get('pageNum') ?? '');
    return { status: 200, body: pages[asked.length - 1] ?? pages.at(-1) ?? {} };
  });
  const find = () =>
    operations.onOneConnection(call, (connection) => operations.findUsers(call, ZOE.username, connection));
  return { atlas, find, asked };
}

describe('a list of users', () => {
  it.each<[string, object[], string[]]>([
    ['ends with a page that is not full and has no links', [{ results: [ZOE] }], ['1']],
    ['ends with a page whose links name no next one', [{ results: [ZOE], links: [{ rel: 'self' }, {}] }], ['1']],
    ['goes on after a page that is full, link or not', [{ results: crowd(200) }, { results: [ZOE] }], ['1', '2']],
    [
      'goes on where a link names a next page among others',
      [
        { results: crowd(1), links: [{ rel: 'self' }, ...NEXT] },
        { results: [ZOE], links: [] },
      ],
      ['1', '2'],
    ],
    [
      'ends with a page that is empty, whatever its links name',
      [
        { results: [ZOE], links: NEXT },
        { results: [], links: NEXT },
      ],
      ['1', '2'],
    ],
  ])('%s', async (_, pages, numbers) => {
    const { find, asked } = await startPages(pages);
    expect((await find()).users).toEqual([ZOE]);
    expect(asked).toEqual(numbers);
  });

  it('of more than one page is followed by the entry itself: it may be the oldest that was read', async () => {
    const { find } = await startPages([{ results: [ZOE], links: NEXT }, { results: crowd(1) }]);
    // Two pages of five milliseconds each, before it is asked for.
    expect(await find()).toMatchObject({ users: [ZOE], since: NOW + 10 });
  });

  it('may hold others in a status that nobody knows', async () => {
    const { find } = await startPages([
      { results: [{ username: 'bob@example.com', orgMembershipStatus: 'ODD' }, ZOE] },
    ]);
    expect((await find()).users).toEqual([ZOE]);
  });

  it('without an end is given up', async () => {
    const { find, asked } = await startPages([{ results: crowd(1), links: NEXT }]);
    await expect(find()).rejects.toMatchObject({
      name: 'AtlasUnavailable',
      message: 'Atlas answered with more than 250 pages of users.',
    });
    expect(asked).toHaveLength(250);
  });

  it.each<[string, object]>([
    ['someone without an address', { results: [{ id: ZOE.id }] }],
    ['links that are none', { results: [ZOE], links: [{ rel: 7 }] }],
  ])('is none where it holds %s', async (_, page) => {
    const { find } = await startPages([page]);
    await expect(find()).rejects.toMatchObject({
      name: 'AtlasUnavailable',
      message: 'Atlas answered with no page of users.',
    });
  });

  it('is none where Atlas says that there is no such user, which is no answer to it', async () => {
    const { atlas, find } = await startPages([]);
    atlas.faults.clear();
    atlas.faults.next({ status: 404, body: { error: 404, errorCode: 'USER_NOT_FOUND' } }, /users\?/);
    await expect(find()).rejects.toMatchObject({
      name: 'AtlasUnavailable',
      message: 'Atlas did not list the users.',
      atlasStatus: 404,
    });
  });
});

describe('an invitation that has lapsed', () => {
  /** Atlas whose filter knows letter cases, and these people. */
  async function startPeople(...people: (readonly [username: string, orgMembershipStatus: string])[]) {
    const { atlas, operations, call } = await startOperations();
    const entries = people.map(([username, orgMembershipStatus], index) => ({
      ...entry(`${index + 1}`, username),
      orgMembershipStatus,
    }));
    atlas.faults.always(({ path }) => {
      if (!path.startsWith('/api/atlas/')) return undefined;
      const [, query] = path.split('?');
      if (query === undefined) return { status: 200, body: entries.find(({ id }) => path.endsWith(id)) ?? {} };
      const asked = new URLSearchParams(query).get('username');
      const results = entries.filter(({ username }) => asked === null || username === asked);
      return { status: 200, body: { results } };
    });
    return operations.onOneConnection(call, (connection) => operations.findUsers(call, ZOE.username, connection));
  }
  const LAPSED = [ZOE.username, 'INVITATION_EXPIRED'] as const;

  it.each(['ACTIVE', 'PENDING'])('does not hide that the person is %s in another letter case', async (status) => {
    const { users } = await startPeople(LAPSED, ['Zoe@example.com', status]);
    expect(users.map(({ orgMembershipStatus }) => orgMembershipStatus)).toContain(status);
  });

  it('shows nobody who is there for good', async () => {
    const { users } = await startPeople(LAPSED, ['bob@example.com', 'ACTIVE']);
    expect(users).toMatchObject([{ username: ZOE.username, orgMembershipStatus: 'INVITATION_EXPIRED' }]);
  });

  it('comes with all that the list shows of the person', async () => {
    const { users } = await startPeople(LAPSED, ['Zoe@example.com', 'PENDING'], ['ZOE@example.com', 'ACTIVE']);
    expect(users).toHaveLength(3);
  });
});
