import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import type { Fault } from '../../infra/emulators/loopback/faults.ts';
import { PHASES, type Phase } from './cases.ts';
import { ANN, isOfApi, type Scene, startScene } from './scene.ts';

const FILTERS = ['exact', 'case-insensitive', 'lower-case', 'ignored'] as const;
let scene: Scene;

beforeEach(async () => {
  scene = await startScene({ ALLOW_MEMBER_REMOVAL: 'true' });
});

afterEach(() => scene.close());

function begin(phase: Phase, people = 0): void {
  scene.atlas.settings.sunset = phase === 'after' ? '410' : undefined;
  for (let number = 1; number <= people; number += 1) scene.organization.addMember(`member${number}@example.com`);
}

describe.each(PHASES)('an address in another letter case, %s the end of the invites endpoint', (phase) => {
  describe.each(FILTERS)('with a filter of Atlas that is %s', (usernameFilter) => {
    it.each([
      ['Ann@Example.com', 'ann@example.com'],
      ['ann@example.com', 'ANN@example.COM'],
      ['aNN@example.com', 'Ann@example.com'],
    ])('invited as %s, asked for as %s', async (invited, asked) => {
      scene.atlas.settings.usernameFilter = usernameFilter;
      begin(phase, 3);
      scene.organization.invite(invited);
      const { outcome, served } = await scene.ask({ username: asked });
      expect([outcome, served.result?.username]).toEqual(['cancelled', invited]);

      scene.organization.invite(invited);
      scene.organization.accept(invited);
      expect((await scene.ask({ username: asked })).outcome).toBe('InvitationAccepted');
      expect((await scene.ask({ username: asked, ifAccepted: 'remove' })).outcome).toBe('member_removed');
      expect((await scene.ask({ username: asked })).outcome).toBe('already_gone');
    });
  });
});

it('takes an invitation with its witness in another letter case, and refuses another person as witness', async () => {
  const { invitationId } = scene.organization.invite('Ann@Example.com');
  const other = await scene.ask({ invitationId, username: 'bob@example.com' });
  expect(other.served.failure).toMatchObject({ name: 'InvalidRequest', fields: [{ field: 'username' }] });
  expect(other.requests).toEqual(['GET invites/{invitationId}']);
  expect((await scene.ask({ invitationId, username: ANN })).outcome).toBe('cancelled');
});

it('finds someone who accepted while the invitation was taken back by the spelling that Atlas told', async () => {
  const { invitationId } = scene.organization.invite('Ann@Example.com');
  scene.atlas.settings.before = ({ method }) => {
    if (method === 'DELETE') scene.organization.accept(ANN);
  };
  expect((await scene.ask({ invitationId, username: ANN })).outcome).toBe('InvitationAccepted');
});

describe.each(PHASES)('an organization of more than one page, %s the end', (phase) => {
  it.each([
    ['nobody has accepted', undefined, 'already_gone'],
    ['she is on the last page', ANN, 'InvitationAccepted'],
    ['she is on the last page in another letter case', 'Ann@Example.com', 'InvitationAccepted'],
  ])('%s', async (_, username, outcome) => {
    begin(phase, 520);
    if (username !== undefined) scene.organization.addMember(username);
    expect((await scene.ask({ username: ANN })).outcome).toBe(outcome);
  });

  const pages = async () =>
    (await scene.ask({ username: ANN })).requests.filter((request) => request === 'GET users').length;

  it('asks whether the filter finds what is written in capitals, and believes it for an hour', async () => {
    begin(phase, 1_100);
    scene.organization.addMember('Last@Example.com');
    scene.atlas.settings.usernameFilter = 'case-insensitive';
    expect(await pages()).toBe(phase === 'before' ? 7 : 6);
    expect(await pages()).toBe(0);
    scene.clock.advance(3_600_000);
    expect(await pages()).toBe(phase === 'before' ? 7 : 6);
  });

  it('reads no further than to the first page that lets it ask', async () => {
    scene.organization.addMember('First@Example.com');
    begin(phase, 1_100);
    scene.atlas.settings.usernameFilter = 'case-insensitive';
    expect(await pages()).toBe(phase === 'before' ? 2 : 1);
    expect(await pages()).toBe(0);
  });

  it('reads the whole list each time where nobody is written in capitals: nothing shows what the filter does then', async () => {
    begin(phase, 450);
    scene.atlas.settings.usernameFilter = 'case-insensitive';
    const all = phase === 'before' ? 6 : 5;
    expect([await pages(), await pages()]).toEqual([all, all]);
  });

  it.each(['lower-case', 'ignored'] as const)(
    'does not believe a filter that is %s, whatever it has found',
    async (filter) => {
      scene.organization.addMember('First@Example.com');
      begin(phase, 199);
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
    begin(phase, 200);
    scene.organization.addMember('Ann@Example.com');
    for (let number = 1; number <= 50; number += 1) scene.organization.addMember(`late${number}@example.com`);
    scene.atlas.settings.before = ({ path }) => {
      const person = scene.organization.person('member7@example.com');
      if (path.includes('pageNum=2') && !path.includes('username=') && person) scene.organization.remove(person);
    };
    expect((await scene.ask({ username: ANN })).outcome).toBe('InvitationAccepted');
  });

  it('reads every page of a filter that does not fold it, there and back, each time', async () => {
    begin(phase, 1_100);
    const all = phase === 'before' ? 12 : 11;
    expect([await pages(), await pages()]).toEqual([all, all]);
  });

  it.each(['USER_NOT_FOUND', 'USER_NOT_IN_ORG', 'RESOURCE_NOT_FOUND'])(
    'concludes nothing from a list that is answered with %s',
    async (errorCode) => {
      begin(phase, 3);
      scene.organization.addMember(ANN);
      scene.atlas.faults.next({ status: 404, body: { error: 404, errorCode } }, /GET .*users\?/, 99);
      const { served } = await scene.ask({ username: ANN });
      expect(served.failure).toMatchObject({ name: 'AtlasUnavailable', retry: true });
    },
  );

  it('believes the list where the filter does not find whom it shows', async () => {
    begin(phase, 3);
    const { userId } = scene.organization.invite(ANN, { listed: false });
    scene.atlas.faults.always(({ path }) =>
      path.includes('users?username=') ? { status: 200, body: { results: [], links: [] } } : undefined,
    );
    const { outcome, requests } = await scene.ask({ username: ANN });
    expect([outcome, requests.slice(-2)]).toEqual(['cancelled', ['GET users/{userId}', 'DELETE users/{userId}']]);
    expect(scene.organization.personById(userId)).toBeUndefined();
  });

  it('takes no link for more than a hint: neither its host nor a next page after an empty one', async () => {
    begin(phase, 3);
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

describe('several invitations of one person', () => {
  it('are all cancelled', async () => {
    scene.organization.invite(ANN);
    scene.organization.invite('Ann@Example.com');
    scene.organization.invite('bob@example.com');
    const { outcome, requests } = await scene.ask({ username: ANN });
    expect([outcome, requests.length]).toEqual(['cancelled', 3]);
    expect(scene.organization.all().map(({ username }) => username)).toEqual(['bob@example.com']);
  });

  it('fail together where one fails, and a repetition finishes the rest', async () => {
    const first = scene.organization.invite(ANN);
    scene.organization.invite(ANN);
    scene.atlas.faults.next(
      failures.accountSuspended(),
      ({ method, path }) => method === 'DELETE' && !path.endsWith(first.invitationId),
    );
    expect((await scene.ask({ username: ANN })).outcome).toBe('AtlasUnauthorized');
    expect(scene.organization.invitations()).toHaveLength(1);
    expect((await scene.ask({ username: ANN })).outcome).toBe('cancelled');
    expect(scene.organization.all()).toEqual([]);
  });

  it.each<[string, () => Fault, string]>([
    [
      'its act',
      () => ({ status: 400, body: { error: 400, errorCode: 'CANNOT_DELETE_GROUP_INVITATION' } }),
      'Forbidden',
    ],
    ['its id', () => ({ status: 400, body: { error: 400, errorCode: 'VALIDATION_ERROR' } }), 'InvalidRequest'],
    ['it at all, for ever', failures.unexpectedError, 'AtlasUnavailable'],
  ])(
    'are all cancelled but the one of which Atlas refuses %s, and the log tells of both',
    async (_, fault, failure) => {
      const first = scene.organization.invite(ANN);
      for (const _ of [1, 2]) scene.organization.invite(ANN);
      scene.atlas.faults.always(({ method, path }) =>
        method === 'DELETE' && path.endsWith(first.invitationId) ? fault() : undefined,
      );
      const { outcome, served } = await scene.ask({ username: ANN });
      expect(outcome).toBe(failure);
      expect(scene.organization.invitations().map(({ id }) => id)).toEqual([first.invitationId]);
      expect(served.trace).toMatchObject({ ended: { outcome: 'cancelled', via: 'invites' }, told: { username: ANN } });
    },
  );

  it('fail by what may be cured where one of them may be, so that they are tried again', async () => {
    const refused = [failures.unexpectedError(), { status: 400, body: { error: 400, errorCode: 'VALIDATION_ERROR' } }];
    const ids = refused.map(() => scene.organization.invite(ANN).invitationId);
    scene.atlas.faults.always(({ method, path }) =>
      method === 'DELETE' ? refused[ids.findIndex((id) => path.endsWith(id))] : undefined,
    );
    expect((await scene.ask({ username: ANN })).outcome).toBe('AtlasUnavailable');
    refused.reverse();
    expect((await scene.ask({ username: ANN })).outcome).toBe('AtlasUnavailable');
  });

  it('count as cancelled when the endpoint ends between them', async () => {
    scene.organization.invite(ANN);
    scene.organization.invite(ANN);
    let deletions = 0;
    scene.atlas.settings.before = ({ method }) => {
      if (method === 'DELETE') deletions += 1;
      if (deletions === 2) scene.atlas.settings.sunset = '410';
    };
    const { outcome, requests } = await scene.ask({ username: ANN });
    expect([outcome, scene.organization.all()]).toEqual(['cancelled', []]);
    expect(requests).toEqual([
      'GET invites',
      'DELETE invites/{invitationId}',
      'DELETE invites/{invitationId}',
      'GET users?username',
      'DELETE users/{userId}',
    ]);
  });

  it('and one that another has taken back in the meantime: no success of this request', async () => {
    scene.organization.invite(ANN);
    scene.atlas.settings.before = ({ method }) => {
      const person = scene.organization.person(ANN);
      if (method === 'DELETE' && person) scene.organization.remove(person);
    };
    expect((await scene.ask({ username: ANN })).outcome).toBe('already_gone');
  });

  it('of which the one asked for is gone: the new one is cancelled, where the address tells whose it was', async () => {
    const { invitationId } = scene.organization.invite(ANN);
    expect((await scene.ask({ invitationId })).outcome).toBe('cancelled');
    scene.organization.invite(ANN);
    const { outcome, served, requests } = await scene.ask({ invitationId, username: ANN });
    expect([outcome, served.result?.via, scene.organization.all()]).toEqual(['cancelled', 'invites', []]);
    expect(requests).toEqual([
      'GET invites/{invitationId}',
      'GET users',
      'GET invites',
      'DELETE invites/{invitationId}',
    ]);
  });
});

describe('a person with two entries, as no organization should have one', () => {
  const entry = (id: string, orgMembershipStatus: string) => ({
    id: `66b1c0de000000000000000${id}`,
    username: ANN,
    orgMembershipStatus,
  });

  /** Atlas after the end, with these entries; a deletion takes effect, and the first is answered like this. */
  function beginWith(left: ReturnType<typeof entry>[], first: Fault = { status: 204 }): string[] {
    const deleted: string[] = [];
    scene.atlas.settings.sunset = '410';
    scene.atlas.faults.always((request) => {
      if (!isOfApi(request) || request.path.includes('/invites')) return undefined;
      const id = request.path.slice(-24);
      if (request.method === 'GET') return { status: 200, body: { results: left, links: [] } };
      deleted.push(id);
      left.splice(
        left.findIndex((one) => one.id === id),
        1,
      );
      return deleted.length === 1 ? first : { status: 204 };
    });
    return deleted;
  }

  it.each<[string, Fault, number]>([
    ['with a success', { status: 204 }, 0],
    ['with an error', failures.unexpectedError(), 1],
    ['not at all', failures.resetBeforeActing(), 1],
  ])(
    'is removed and uninvited, and the removal, answered %s, is not hidden by the result',
    async (_, answer, waits) => {
      const deleted = beginWith([entry('1', 'PENDING'), entry('2', 'ACTIVE')], answer);
      const { outcome } = await scene.ask({ username: ANN, ifAccepted: 'remove' });
      expect([outcome, deleted]).toEqual(['member_removed', ['66b1c0de0000000000000002', '66b1c0de0000000000000001']]);
      expect(scene.clock.waits).toHaveLength(waits);
    },
  );

  it('is told by the entry that is acted upon', async () => {
    beginWith([entry('1', 'INVITATION_EXPIRED'), entry('2', 'PENDING')]);
    const { served } = await scene.ask({ username: ANN, dryRun: true });
    expect(served.result).toMatchObject({ outcome: 'would_cancel', via: 'users', userId: '66b1c0de0000000000000002' });
  });
});

describe('what a deployment refuses before anything is sent', () => {
  it('an organization that it does not serve', async () => {
    const service = scene.newService({ ATLAS_ALLOWED_ORG_IDS: '5f0a11ceffffffffffffffff' });
    expect(await scene.ask({ username: ANN }, service)).toMatchObject({ outcome: 'Forbidden', requests: [] });
    expect(scene.atlas.requests).toEqual([]);
  });

  it('to remove members, where it does not allow it', async () => {
    const service = scene.newService({ ALLOW_MEMBER_REMOVAL: 'false' });
    scene.organization.invite(ANN);
    const { outcome } = await scene.ask({ username: ANN, ifAccepted: 'remove' }, service);
    expect([outcome, scene.atlas.requests]).toEqual(['Forbidden', []]);
  });
});

describe('a user id', () => {
  it.each(PHASES)('that a member does not keep, %s the end: the address finds him', async (phase) => {
    begin(phase);
    const { userId } = scene.organization.invite(ANN);
    scene.atlas.settings.before = ({ method }) => {
      if (method !== 'DELETE') return;
      const person = scene.organization.person(ANN);
      if (person) scene.organization.remove(person);
      scene.organization.addMember(ANN);
    };
    expect((await scene.ask({ userId })).outcome).toBe('InvitationAccepted');
  });

  it.each(['USER_NOT_FOUND', 'USER_NOT_IN_ORG'])('that Atlas answers with %s is already gone', async (errorCode) => {
    scene.atlas.faults.next({ status: 404, body: { error: 404, errorCode, detail: 'x' } }, /GET .*users/);
    expect((await scene.ask({ userId: '66b1c0deffffffffffffffff' })).outcome).toBe('already_gone');
  });

  it('whose owner cannot be removed since nobody else owns the organization', async () => {
    const { userId } = scene.organization.addMember(ANN, { owner: true });
    const { served } = await scene.ask({ userId, ifAccepted: 'remove' });
    expect(served.failure).toMatchObject({ name: 'Forbidden', errorCode: 'CANNOT_DELETE_LAST_ADMIN' });
  });
});

describe('a credential that dies between the look and its deletion', () => {
  it('is renewed, the person looked at again, and the entry deleted', async () => {
    begin('after');
    scene.organization.invite(ANN);
    scene.atlas.faults.next({ status: 401 }, /DELETE/);
    const { outcome, requests } = await scene.ask({ username: ANN });
    expect(outcome).toBe('cancelled');
    expect(requests.slice(-4).map((request) => request.split(' ')[0])).toEqual(['GET', 'DELETE', 'GET', 'DELETE']);
  });

  it('fails where the role is missing, after one more look', async () => {
    begin('after');
    scene.organization.invite(ANN);
    scene.atlas.faults.next(failures.unauthorized(), /DELETE/, 9);
    const { outcome, requests } = await scene.ask({ username: ANN });
    expect(outcome).toBe('AtlasUnauthorized');
    expect(requests.filter((request) => request.startsWith('DELETE users'))).toHaveLength(2);
  });
});
