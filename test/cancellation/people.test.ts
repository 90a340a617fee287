import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import type { Fault } from '../../infra/emulators/loopback/faults.ts';
import { begin, PHASES } from './cases.ts';
import { ANN, isOfApi, type Scene, startScene } from './scene.ts';

const FILTERS = ['exact', 'case-insensitive', 'lower-case', 'ignored'] as const;
let scene: Scene;

beforeEach(async () => {
  scene = await startScene({ ALLOW_MEMBER_REMOVAL: 'true' });
});

afterEach(() => scene.close());

describe.each(PHASES)('an address in another letter case, %s the end of the invites endpoint', (phase) => {
  describe.each(FILTERS)('with a filter of Atlas that is %s', (usernameFilter) => {
    it.each([
      ['Ann@Example.com', 'ann@example.com'],
      ['ann@example.com', 'ANN@example.COM'],
      ['aNN@example.com', 'Ann@example.com'],
    ])('invited as %s, asked for as %s', async (invited, asked) => {
      scene.atlas.settings.usernameFilter = usernameFilter;
      begin(scene, phase, 3);
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
    begin(scene, phase);
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
    begin(scene, 'after');
    scene.organization.invite(ANN);
    scene.atlas.faults.next({ status: 401 }, /DELETE/);
    const { outcome, requests } = await scene.ask({ username: ANN });
    expect(outcome).toBe('cancelled');
    expect(requests.slice(-4).map((request) => request.split(' ')[0])).toEqual(['GET', 'DELETE', 'GET', 'DELETE']);
  });

  it('fails where the role is missing, after one more look', async () => {
    begin(scene, 'after');
    scene.organization.invite(ANN);
    scene.atlas.faults.next(failures.unauthorized(), /DELETE/, 9);
    const { outcome, requests } = await scene.ask({ username: ANN });
    expect(outcome).toBe('AtlasUnauthorized');
    expect(requests.filter((request) => request.startsWith('DELETE users'))).toHaveLength(2);
  });
});
