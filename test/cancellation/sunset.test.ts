import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import { inputBy, put, WAYS } from './cases.ts';
import { ANN, isOfApi, NO_INVITATION, type Scene, startScene } from './scene.ts';

const ANSWERS = ['410', '404', '406'] as const;
const HOUR = 3_600_000;
let scene: Scene;

beforeEach(async () => {
  scene = await startScene();
});

afterEach(() => scene.close());

describe.each(ANSWERS)('an end of the invites endpoint that answers %s', (answer) => {
  it.each(WAYS.filter((way) => way !== 'invitationId'))(
    'before any request by %s: cancelled all the same',
    async (way) => {
      const smooth = await scene.ask(inputBy(way, put(scene.organization, 'pending')));
      for (let number = 1; number <= smooth.requests.length; number += 1) {
        let seen = 0;
        scene.atlas.settings.sunset = undefined;
        scene.atlas.settings.before = (request) => {
          if (isOfApi(request)) seen += 1;
          if (seen === number) scene.atlas.settings.sunset = answer;
        };
        const input = inputBy(way, put(scene.organization, 'pending'));
        const { outcome } = await scene.ask(input, scene.newService());
        expect([outcome, scene.organization.all()]).toEqual(['cancelled', []]);
      }
    },
  );

  it('tells who sent an invitationId alone what to send instead', async () => {
    scene.atlas.settings.sunset = answer;
    const { served } = await scene.ask({ invitationId: NO_INVITATION });
    expect(served.failure).toMatchObject({ name: 'InvitationApiSunset', status: 410 });
    expect(served.failure?.message).toContain('send the e-mail address as username');
  });

  it('is remembered for an hour, and then looked at afresh', async () => {
    scene.atlas.settings.sunset = answer;
    const asked = async () =>
      (await scene.ask({ username: ANN })).requests.filter((request) => request.includes('invites'));
    expect(await asked()).toHaveLength(1);
    scene.clock.advance(HOUR - 1);
    expect(await asked()).toEqual([]);
    scene.clock.advance(1);
    expect(await asked()).toHaveLength(1);
    scene.atlas.settings.sunset = undefined;
    scene.clock.advance(HOUR);
    scene.organization.invite(ANN);
    expect((await scene.ask({ username: ANN })).served.result?.via).toBe('invites');
  });
});

it('takes nobody for gone who was asked for by id and accepts under another id while the endpoint ends', async () => {
  const { userId } = scene.organization.invite(ANN);
  scene.atlas.settings.before = ({ path }) => {
    const person = scene.organization.personById(userId);
    if (!path.endsWith('/invites') || !person) return;
    scene.organization.remove(person);
    scene.organization.addMember(ANN);
    scene.atlas.settings.sunset = '410';
  };
  expect((await scene.ask({ userId })).outcome).toBe('InvitationAccepted');
});

describe('what is no end of the invites endpoint', () => {
  it.each(['400-invitation', '404-invitation', '404-resource'] as const)(
    'an invitation that is gone as %s',
    async (goneAs) => {
      scene.atlas.settings.goneAs = goneAs;
      const { invitationId } = scene.organization.invite(ANN);
      scene.organization.accept(ANN);
      scene.organization.invite('bob@example.com');
      const alone = await scene.ask({ invitationId });
      expect(alone.served.failure).toMatchObject({
        name: 'InvitationNotFound',
        errorCode: goneAs === '404-resource' ? 'RESOURCE_NOT_FOUND' : 'INVALID_INVITATION_ID',
        atlasStatus: goneAs === '400-invitation' ? 400 : 404,
      });
      expect(alone.requests).toEqual([
        'DELETE invites/{invitationId}',
        ...(goneAs === '404-resource' ? ['GET invites'] : []),
      ]);
      expect((await scene.ask({ invitationId, username: ANN })).outcome).toBe('InvitationAccepted');
      expect((await scene.ask({ username: 'bob@example.com' })).served.result?.via).toBe('invites');
    },
  );

  it('a list that fails: nothing is concluded from it', async () => {
    const { invitationId } = scene.organization.invite(ANN);
    scene.atlas.faults.next({ status: 406 }, /DELETE/);
    scene.atlas.faults.next(failures.unexpectedError(), /GET .*invites/, 9);
    expect((await scene.ask({ invitationId })).outcome).toBe('AtlasUnavailable');
    scene.atlas.faults.clear();
    expect((await scene.ask({ invitationId })).outcome).toBe('cancelled');
  });

  it('a deletion that is answered 406 for an invitation that is listed', async () => {
    const { invitationId } = scene.organization.invite(ANN);
    scene.organization.invite('bob@example.com');
    scene.atlas.faults.next({ status: 406 }, /DELETE/);
    const { served } = await scene.ask({ invitationId });
    expect(served.failure).toMatchObject({
      name: 'AtlasUnavailable',
      retry: true,
      message: 'Atlas lists this invitation, but says that it is not there.',
    });
  });

  it('a 406 in which Atlas does not say so, be it of the list too', async () => {
    const { invitationId } = scene.organization.invite(ANN);
    scene.atlas.faults.always(({ path }) =>
      path.includes('/invites') ? { status: 406, body: '<h1>No</h1>' } : undefined,
    );
    for (const input of [{ invitationId }, { username: ANN }]) {
      const { served } = await scene.ask(input);
      expect(served.failure).toMatchObject({
        name: 'AtlasUnavailable',
        message: 'Atlas did not list the invitations.',
        retry: true,
        atlasStatus: 406,
      });
    }
    scene.atlas.faults.clear();
    expect((await scene.ask({ invitationId })).served.result?.via).toBe('invites');
  });

  it('a list that answers as a missing invitation would', async () => {
    scene.atlas.faults.next(
      { status: 404, body: { error: 404, errorCode: 'INVALID_INVITATION_ID', detail: 'x' } },
      /GET .*invites/,
    );
    expect((await scene.ask({ username: ANN })).outcome).toBe('AtlasUnavailable');
  });
});

describe('ATLAS_CANCEL_API', () => {
  it('users: never asks the invites endpoint', async () => {
    const service = scene.newService({ ATLAS_CANCEL_API: 'users' });
    const { invitationId } = scene.organization.invite(ANN);
    expect(await scene.ask({ invitationId }, service)).toMatchObject({ outcome: 'InvitationApiSunset', requests: [] });
    const { outcome, requests, served } = await scene.ask({ invitationId, username: ANN }, service);
    expect([outcome, requests]).toEqual(['cancelled', ['GET users?username', 'DELETE users/{userId}']]);
    expect(served.trace.invitesApiCalls).toBe(0);
  });

  it('invites: never deletes through the users endpoint what is pending', async () => {
    const service = scene.newService({ ATLAS_CANCEL_API: 'invites' });
    const { userId } = scene.organization.invite(ANN, { listed: false });
    for (const input of [{ username: ANN }, { userId }]) {
      const { served, requests } = await scene.ask(input, service);
      expect(served.failure).toMatchObject({ name: 'AtlasUnavailable', retry: true });
      expect(requests.filter((request) => !request.startsWith('GET '))).toEqual([]);
      expect(requests.filter((request) => request === 'GET invites')).toHaveLength(3);
    }
  });

  it('invites: fails when the endpoint has ended, and asks it again the next time', async () => {
    const service = scene.newService({ ATLAS_CANCEL_API: 'invites' });
    scene.organization.invite(ANN);
    scene.atlas.settings.sunset = '410';
    const { served } = await scene.ask({ username: ANN }, service);
    expect(served.failure?.name).toBe('InvitationApiSunset');
    expect(served.failure?.message).toContain('ATLAS_CANCEL_API');
    scene.atlas.settings.sunset = undefined;
    expect((await scene.ask({ username: ANN }, service)).outcome).toBe('cancelled');
  });

  it('auto: leaves to the users endpoint only the entry that was pending before the list was read', async () => {
    const { userId } = scene.organization.invite(ANN, { listed: false });
    let lists = 0;
    scene.atlas.settings.after = ({ path }) => {
      if (path.endsWith('/invites')) lists += 1;
      const person = scene.organization.personById(userId);
      if (lists !== 2 || !person) return;
      scene.organization.remove(person);
      scene.organization.invite(ANN);
    };
    const { outcome, served, requests } = await scene.ask({ username: ANN });
    expect([outcome, served.result?.via, scene.organization.all()]).toEqual(['cancelled', 'invites', []]);
    expect(requests.filter((request) => request.startsWith('DELETE'))).toEqual(['DELETE invites/{invitationId}']);
  });

  it('auto: leaves to the users endpoint what the invites endpoint does not list', async () => {
    scene.organization.invite(ANN, { listed: false });
    const { outcome, served, requests } = await scene.ask({ username: ANN });
    expect([outcome, served.result?.via, scene.organization.all()]).toEqual(['cancelled', 'users', []]);
    expect(requests).toEqual([
      'GET invites',
      'GET users',
      'GET invites',
      'GET users?username',
      'DELETE users/{userId}',
    ]);
  });
});
