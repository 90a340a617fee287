import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import type { Fault } from '../../infra/emulators/loopback/faults.ts';
import { ANN, type Scene, startScene } from './scene.ts';

let scene: Scene;

beforeEach(async () => {
  scene = await startScene({ ALLOW_MEMBER_REMOVAL: 'true' });
});

afterEach(() => scene.close());

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

  it('are not tried one after the other where the first meets what all would meet', async () => {
    for (const _ of [1, 2, 3]) scene.organization.invite(ANN);
    scene.atlas.faults.next(failures.accountSuspended(), /DELETE/);
    const { outcome, requests } = await scene.ask({ username: ANN });
    expect(outcome).toBe('AtlasUnauthorized');
    expect(requests.filter((request) => request.startsWith('DELETE'))).toHaveLength(1);
  });

  it('are looked for again where one of them was gone: it may not have been', async () => {
    for (const _ of [1, 2]) scene.organization.invite(ANN);
    scene.atlas.faults.next({ status: 404, body: { error: 404, errorCode: 'INVALID_INVITATION_ID' } }, /DELETE/);
    const { outcome } = await scene.ask({ username: ANN });
    expect([outcome, scene.organization.all()]).toEqual(['cancelled', []]);
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
