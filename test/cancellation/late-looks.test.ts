import { afterEach, describe, expect, it } from 'vitest';
import { ANN, type Scene, startScene } from './scene.ts';

const scenes: Scene[] = [];
afterEach(() => Promise.all(scenes.splice(0).map((scene) => scene.close())));

/** Atlas reads Ann's entry at once, and its answer takes so long; whether she accepts meanwhile; for so many looks. */
async function startSlow({
  milliseconds,
  accepts = false,
  looks = 1,
  invited = ANN,
}: {
  milliseconds: number;
  accepts?: boolean;
  looks?: number;
  invited?: string;
}) {
  const scene = await startScene({ ATLAS_CANCEL_API: 'users' });
  scenes.push(scene);
  const { atlas, clock, organization } = scene;
  organization.invite(invited);
  let left = looks;
  atlas.settings.after = ({ method, path }) => {
    if (method !== 'GET' || !path.includes('/users') || left === 0) return;
    left -= 1;
    clock.advance(milliseconds);
    if (accepts) organization.accept(ANN);
  };
  return scene;
}

describe('a look at a person whose answer was long in coming', () => {
  it('is repeated before a deletion: who has accepted since stays a member', async () => {
    const { ask, organization } = await startSlow({ milliseconds: 5_000, accepts: true });
    const { outcome, requests } = await ask({ username: ANN });
    expect(outcome).toBe('InvitationAccepted');
    expect(requests).toEqual(['GET users?username', 'GET users?username']);
    expect(organization.person(ANN)?.status).toBe('ACTIVE');
  });

  it('is repeated before a deletion, which follows where nothing has changed', async () => {
    const { ask, organization } = await startSlow({ milliseconds: 1_001 });
    const { outcome, requests } = await ask({ username: ANN });
    expect(outcome).toBe('cancelled');
    expect(requests).toEqual(['GET users?username', 'GET users?username', 'DELETE users/{userId}']);
    expect(organization.person(ANN)).toBeUndefined();
  });

  it('is not repeated where it took no more than a second', async () => {
    const { ask } = await startSlow({ milliseconds: 1_000 });
    expect((await ask({ username: ANN })).requests).toEqual(['GET users?username', 'DELETE users/{userId}']);
  });

  it('is followed by the entry alone where Atlas ignores the filter and the whole list took long', async () => {
    const { atlas, ask, organization } = await startSlow({ milliseconds: 600, looks: 100 });
    atlas.settings.usernameFilter = 'ignored';
    for (let number = 1; number <= 450; number += 1) organization.addMember(`member${number}@example.com`);
    const { outcome, requests } = await ask({ username: ANN });
    expect(outcome).toBe('cancelled');
    expect(requests).toEqual([
      ...Array.from({ length: 3 }, () => 'GET users?username'),
      'GET users/{userId}',
      'DELETE users/{userId}',
    ]);
  });

  it('is not repeated where only the search for the entry took long', async () => {
    const { ask, organization } = await startSlow({ milliseconds: 400, looks: 100, invited: 'Ann@Example.com' });
    for (let number = 1; number <= 450; number += 1) organization.addMember(`member${number}@example.com`);
    const { outcome, requests } = await ask({ username: ANN });
    expect(outcome).toBe('cancelled');
    expect(requests).toEqual([
      'GET users?username',
      'GET users',
      'GET users?username',
      'GET users',
      'GET users',
      'GET users?username',
      'DELETE users/{userId}',
    ]);
  });

  it('every time deletes nothing: it is left to a later try', async () => {
    const { ask, organization } = await startSlow({ milliseconds: 1_500, looks: 100 });
    const { outcome, requests } = await ask({ username: ANN });
    expect(outcome).toBe('AtlasUnavailable');
    expect(requests).toEqual(Array.from({ length: 10 }, () => 'GET users?username'));
    expect(organization.person(ANN)?.status).toBe('PENDING');
  });

  it('is not repeated before a removal: who is to be removed is so as a member or not', async () => {
    const { ask, organization, newService } = await startSlow({ milliseconds: 5_000 });
    organization.accept(ANN);
    const service = newService({ ALLOW_MEMBER_REMOVAL: 'true' });
    const { outcome, requests } = await ask({ username: ANN, ifAccepted: 'remove' }, service);
    expect([outcome, requests]).toEqual(['member_removed', ['GET users?username', 'DELETE users/{userId}']]);
  });
});
