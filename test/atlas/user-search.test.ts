import { describe, expect, it } from 'vitest';
import { startOperations } from './support.ts';

const ANN = 'ann@example.com';
const NEXT = [{ rel: 'next', href: 'https://cloud.mongodb.com/next' }];

type Status = 'ACTIVE' | 'PENDING' | 'INVITATION_EXPIRED' | 'INVITATION_REJECTED';
type Person = readonly [username: string, status: Status];

/** An organization of these people, so many a page, whose filter knows letter cases; and what was asked to find Ann. */
async function find(people: readonly Person[], { asked = ANN, pageSize = 200, endless = false } = {}) {
  const { atlas, operations, call } = await startOperations();
  const entries = people.map(([username, orgMembershipStatus], index) => ({
    id: `66b1c0de000000000000000${index + 1}`,
    username,
    orgMembershipStatus,
  }));
  const requests: string[] = [];
  atlas.faults.always(({ path }) => {
    if (!path.startsWith('/api/atlas/')) return undefined;
    const [, search] = path.split('?');
    if (search === undefined) {
      requests.push('entry');
      return { status: 200, body: entries.find(({ id }) => path.endsWith(id)) ?? {} };
    }
    const query = new URLSearchParams(search);
    const [username, number] = [query.get('username'), Number(query.get('pageNum'))];
    requests.push(username === null ? `page ${number}` : `filter ${username}`);
    const found = entries.filter((entry) => username === null || entry.username === username);
    const last = found.length <= number * pageSize && !(endless && username === null);
    const results = found.slice((number - 1) * pageSize, number * pageSize);
    return { status: 200, body: { results: results.length > 0 ? results : found, links: last ? [] : NEXT } };
  });
  const search = operations.onOneConnection(call, (connection) => operations.findUsers(call, asked, connection));
  return { search, requests };
}

describe('a person is looked for', () => {
  it.each<[string, Person[], object, string[]]>([
    ['as they were asked for', [[ANN, 'ACTIVE']], {}, ['filter ann@example.com']],
    ['as they were asked for, invited', [[ANN, 'PENDING']], {}, ['filter ann@example.com']],
    [
      'in lower case',
      [[ANN, 'ACTIVE']],
      { asked: 'Ann@Example.com' },
      ['filter Ann@Example.com', 'filter ann@example.com'],
    ],
    [
      'in the list, and then as they are written there',
      [['Ann@Example.com', 'PENDING']],
      {},
      ['filter ann@example.com', 'page 1', 'filter Ann@Example.com'],
    ],
    [
      'one by one where the list shows more than one spelling',
      [
        ['Ann@Example.com', 'PENDING'],
        ['ANN@example.com', 'ACTIVE'],
      ],
      {},
      ['filter ann@example.com', 'page 1', 'filter Ann@Example.com', 'entry', 'entry'],
    ],
    [
      'in the list where an invitation has lapsed',
      [[ANN, 'INVITATION_REJECTED']],
      {},
      ['filter ann@example.com', 'page 1'],
    ],
    [
      'without a question to the filter, where one page is all',
      [['Bob@Example.com', 'ACTIVE']],
      {},
      ['filter ann@example.com', 'page 1'],
    ],
    [
      'there and back, with one question to the filter',
      [
        ['Bob@Example.com', 'ACTIVE'],
        ['Cat@Example.com', 'ACTIVE'],
      ],
      { pageSize: 1 },
      ['filter ann@example.com', 'page 1', 'filter bob@example.com', 'page 2', 'page 1'],
    ],
  ])('%s', async (_, people, options, expected) => {
    const { search, requests } = await find(people, options);
    const { users } = await search;
    expect(users).toHaveLength(people.filter(([username]) => username.toLowerCase() === ANN).length);
    expect(requests).toEqual(expected);
  });

  it('in no list without an end', async () => {
    const { search, requests } = await find([['bob@example.com', 'ACTIVE']], { endless: true });
    await expect(search).rejects.toMatchObject({
      name: 'AtlasUnavailable',
      message: 'Atlas answered with more than 250 pages of users.',
    });
    expect(requests.filter((request) => request.startsWith('page'))).toHaveLength(250);
  });
});
