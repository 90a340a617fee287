import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { begin, PHASES } from './cases.ts';
import { ANN, type Scene, startScene } from './scene.ts';

let scene: Scene;

beforeEach(async () => {
  scene = await startScene({ ALLOW_MEMBER_REMOVAL: 'true' });
});

afterEach(() => scene.close());

describe.each(PHASES)('an organization of more than one page, %s the end', (phase) => {
  it.each([
    ['nobody has accepted', undefined, 'already_gone'],
    ['she is on the last page', ANN, 'InvitationAccepted'],
    ['she is on the last page in another letter case', 'Ann@Example.com', 'InvitationAccepted'],
  ])('%s', async (_, username, outcome) => {
    begin(scene, phase, 520);
    if (username !== undefined) scene.organization.addMember(username);
    expect((await scene.ask({ username: ANN })).outcome).toBe(outcome);
  });

  const pages = async () =>
    (await scene.ask({ username: ANN })).requests.filter((request) => request === 'GET users').length;

  it('asks whether the filter finds what is written in capitals, and believes it for an hour', async () => {
    begin(scene, phase, 1_100);
    scene.organization.addMember('Last@Example.com');
    scene.atlas.settings.usernameFilter = 'case-insensitive';
    expect(await pages()).toBe(phase === 'before' ? 7 : 6);
    expect(await pages()).toBe(0);
    scene.clock.advance(3_600_000);
    expect(await pages()).toBe(phase === 'before' ? 7 : 6);
  });

  it('reads no further than to the first page that lets it ask', async () => {
    scene.organization.addMember('First@Example.com');
    begin(scene, phase, 1_100);
    scene.atlas.settings.usernameFilter = 'case-insensitive';
    expect(await pages()).toBe(phase === 'before' ? 2 : 1);
    expect(await pages()).toBe(0);
  });

  it('reads the whole list each time where nobody is written in capitals: nothing shows what the filter does then', async () => {
    begin(scene, phase, 450);
    scene.atlas.settings.usernameFilter = 'case-insensitive';
    const all = phase === 'before' ? 6 : 5;
    expect([await pages(), await pages()]).toEqual([all, all]);
  });

  it.each(['lower-case', 'ignored'] as const)(
    'does not believe a filter that is %s, whatever it has found',
    async (filter) => {
      scene.organization.addMember('First@Example.com');
      begin(scene, phase, 199);
      scene.organization.addMember('Ann@Example.com');
      for (let number = 1; number <= 50; number += 1) scene.organization.addMember(`late${number}@example.com`);
      scene.atlas.settings.usernameFilter = filter;
      await scene.ask({ username: 'FIRST@example.com' });
      await scene.ask({ username: 'first@example.com' });
      await scene.ask({ username: 'MEMBER8@example.com' });
      scene.atlas.settings.before = ({ path }) => {
        const person = scene.organization.person('member7@example.com');
        if (path.includes('pageNum=2') && person) scene.organization.remove(person);
      };
      expect((await scene.ask({ username: ANN })).outcome).toBe('InvitationAccepted');
    },
  );

  it('finds someone who slid to the page before while the list was read', async () => {
    begin(scene, phase, 200);
    scene.organization.addMember('Ann@Example.com');
    for (let number = 1; number <= 50; number += 1) scene.organization.addMember(`late${number}@example.com`);
    scene.atlas.settings.before = ({ path }) => {
      const person = scene.organization.person('member7@example.com');
      if (path.includes('pageNum=2') && !path.includes('username=') && person) scene.organization.remove(person);
    };
    expect((await scene.ask({ username: ANN })).outcome).toBe('InvitationAccepted');
  });

  it('reads every page of a filter that does not fold it, there and back, each time', async () => {
    begin(scene, phase, 1_100);
    const all = phase === 'before' ? 12 : 11;
    expect([await pages(), await pages()]).toEqual([all, all]);
  });

  it.each([ANN, 'Ann@Example.com'])(
    'reads the list once more, backwards, after a filter that Atlas ignores: %s',
    async (username) => {
      begin(scene, phase, 450);
      scene.atlas.settings.usernameFilter = 'ignored';
      const { outcome, requests } = await scene.ask({ username });
      expect(outcome).toBe('already_gone');
      const before = phase === 'before' ? ['GET invites', 'GET users'] : ['GET invites'];
      expect(requests).toEqual([...before, ...Array(3).fill('GET users?username'), ...Array(3).fill('GET users')]);
    },
  );

  it('reads the whole list after a filter that shows others, but not all of them', async () => {
    scene.organization.addMember('Ann@Example.com');
    begin(scene, phase, 250);
    const stranger = { id: 'f'.repeat(24), username: 'joann@example.com', orgMembershipStatus: 'ACTIVE' };
    scene.atlas.faults.always(({ path }) =>
      path.includes('users?username=ann') ? { status: 200, body: { results: [stranger] } } : undefined,
    );
    expect((await scene.ask({ username: ANN })).outcome).toBe('InvitationAccepted');
  });

  it.each(['USER_NOT_FOUND', 'USER_NOT_IN_ORG', 'RESOURCE_NOT_FOUND'])(
    'concludes nothing from a list that is answered with %s',
    async (errorCode) => {
      begin(scene, phase, 3);
      scene.organization.addMember(ANN);
      scene.atlas.faults.next({ status: 404, body: { error: 404, errorCode } }, /GET .*users\?/, 99);
      const { served } = await scene.ask({ username: ANN });
      expect(served.failure).toMatchObject({ name: 'AtlasUnavailable', retry: true });
    },
  );

  it('believes the list where the filter does not find whom it shows', async () => {
    begin(scene, phase, 3);
    const { userId } = scene.organization.invite(ANN, { listed: false });
    scene.atlas.faults.always(({ path }) =>
      path.includes('users?username=') ? { status: 200, body: { results: [], links: [] } } : undefined,
    );
    const { outcome, requests } = await scene.ask({ username: ANN });
    expect([outcome, requests.slice(-2)]).toEqual(['cancelled', ['GET users/{userId}', 'DELETE users/{userId}']]);
    expect(scene.organization.personById(userId)).toBeUndefined();
  });

  it('takes no link for more than a hint: neither its host nor a next page after an empty one', async () => {
    begin(scene, phase, 3);
    scene.atlas.settings.totalCount = () => 9_999;
    const links = [{ rel: 'next', href: 'http://localhost:8080/api/atlas/v2/orgs/x/users?pageNum=2' }];
    scene.atlas.faults.always(({ path }) =>
      path.includes('/users?') && !path.includes('pageNum=1&')
        ? { status: 200, body: { results: [], links, totalCount: 9_999 } }
        : undefined,
    );
    expect((await scene.ask({ username: ANN })).outcome).toBe('already_gone');
  });
});
