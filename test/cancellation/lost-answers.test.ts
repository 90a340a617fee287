import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import type { Fault } from '../../infra/emulators/loopback/faults.ts';
import type { Service } from '../../lib/service.ts';
import { inputBy, type Person, PHASES, type Phase, put, WAYS, type Way } from './cases.ts';
import { ANN, type Ended, type Input, isOfApi, type Scene, startScene } from './scene.ts';

const LOSSES: Readonly<Record<string, Fault>> = {
  'reset before it took effect': failures.resetBeforeActing(),
  'reset after it took effect': failures.resetAfterActing(),
  'lost by a gateway after it took effect': { ...failures.badGateway(), act: true },
  'reset under a proxy after it took effect': { ...failures.emptyUnavailable(), act: true },
};

const BY_ADDRESS = WAYS.filter((way) => way !== 'invitationId');
let scene: Scene;
let services: Readonly<Record<Phase, Service>>;

beforeAll(async () => {
  scene = await startScene({ ALLOW_MEMBER_REMOVAL: 'true' });
  services = { before: scene.newService(), after: scene.newService() };
  // The one has met the end of the invites endpoint.
  scene.atlas.settings.sunset = '410';
  await scene.ask({ username: ANN, dryRun: true }, services.after);
});

afterAll(() => scene.close());

/** The request, with this fault on the request of this number; without one, where there is no such number. */
async function ask(phase: Phase, person: Person, way: Way, more: Input, fault?: Fault, number = 0): Promise<Ended> {
  const { atlas, organization } = scene;
  atlas.settings.sunset = phase === 'after' ? '410' : undefined;
  for (const left of organization.all()) organization.remove(left);
  const service = services[phase];
  let seen = 0;
  atlas.faults.always((request) => {
    if (!isOfApi(request)) return undefined;
    seen += 1;
    return seen === number ? fault : undefined;
  });
  const ended = await scene.ask({ ...inputBy(way, put(organization, person)), ...more }, service);
  atlas.faults.clear();
  return ended;
}

describe.each(Object.entries(LOSSES))('one answer %s', (_, fault) => {
  it.each(
    PHASES.flatMap((phase) =>
      BY_ADDRESS.flatMap((way) => [
        { phase, way, person: 'pending', more: {}, outcome: 'cancelled' } as const,
        { phase, way, person: 'accepted', more: {}, outcome: 'InvitationAccepted' } as const,
        { phase, way, person: 'accepted', more: { ifAccepted: 'remove' }, outcome: 'member_removed' } as const,
        { phase, way, person: 'unknown', more: {}, outcome: 'already_gone' } as const,
      ]),
    ),
  )('changes no outcome: $person, by $way, $phase the end: $outcome', async ({ phase, way, person, more, outcome }) => {
    const smooth = await ask(phase, person, way, more);
    for (let number = 1; number <= smooth.requests.length; number += 1) {
      const { outcome: word, served } = await ask(phase, person, way, more, fault, number);
      const { confirmed, via } = served.result ?? {};
      expect([word, confirmed, via], smooth.requests[number - 1]).toEqual([
        outcome,
        outcome === 'InvitationAccepted' ? undefined : true,
        smooth.served.result?.via,
      ]);
    }
  });
});

describe.each([
  // Atlas itself says that it failed: the next look tells no more than that there is nothing.
  ['before', 'already_gone'],
  // The entry was seen just before, and is gone.
  ['after', 'cancelled'],
] as const)('a deletion that took effect and was answered with an error of Atlas, %s the end', (phase, outcome) => {
  it.each(BY_ADDRESS)(`by %s: ${outcome}`, async (way) => {
    const fault = { ...failures.unexpectedError(), act: true };
    const { requests } = await ask(phase, 'pending', way, {});
    const cancelled = await ask(phase, 'pending', way, {}, fault, requests.length);
    expect(cancelled.outcome).toBe(outcome);
    const removal = await ask(phase, 'accepted', way, { ifAccepted: 'remove' });
    const removed = await ask(phase, 'accepted', way, { ifAccepted: 'remove' }, fault, removal.requests.length);
    expect(removed.outcome).toBe('member_removed');
  });
});

describe('a deletion by invitationId alone, whose answer was lost', () => {
  it.each([
    ['reset after it took effect', false],
    ['lost by a gateway after it took effect', false],
    ['reset under a proxy after it took effect', false],
    ['reset before it took effect', true],
  ] as const)('%s: cancelled, confirmed: %s', async (loss, confirmed) => {
    const { served } = await ask('before', 'pending', 'invitationId', {}, LOSSES[loss], 1);
    expect(served.result).toMatchObject({ outcome: 'cancelled', confirmed, via: 'invites' });
  });
});

describe('a deletion after whose lost answer nobody can look', () => {
  it.each([
    ['pending', {}, 'cancelled'],
    ['accepted', { ifAccepted: 'remove' }, 'member_removed'],
  ] as const)('of someone %s fails, and the log says what it may have ended', async (person, more, unanswered) => {
    const { atlas } = scene;
    const smooth = await ask('after', person, 'username', more);
    atlas.faults.clear();
    for (const left of scene.organization.all()) scene.organization.remove(left);
    put(scene.organization, person);
    let deleted = false;
    atlas.faults.always((request) => {
      if (!isOfApi(request)) return undefined;
      if (deleted) return failures.unexpectedError();
      deleted = request.method === 'DELETE';
      return deleted ? failures.resetAfterActing() : undefined;
    });
    const { outcome, served } = await scene.ask({ username: ANN, ...more }, services.after);
    atlas.faults.clear();
    expect([smooth.outcome, outcome, served.trace.unanswered]).toEqual([unanswered, 'AtlasUnavailable', unanswered]);
  });

  it('says nothing of the kind where a look has told', async () => {
    const { served } = await ask('after', 'pending', 'username', {}, failures.resetAfterActing(), 2);
    expect([served.result?.outcome, served.trace.unanswered]).toEqual(['cancelled', undefined]);
  });
});

describe('after the end of the invites endpoint', () => {
  it('a deletion that was not answered is not repeated when the person has accepted meanwhile', async () => {
    const { atlas, organization } = scene;
    atlas.settings.sunset = '410';
    for (const left of organization.all()) organization.remove(left);
    const { userId } = organization.invite(ANN);
    atlas.faults.next({ ...failures.resetBeforeActing() }, (request) => {
      if (request.method !== 'DELETE') return false;
      organization.accept(ANN);
      return true;
    });
    const { outcome, requests } = await scene.ask({ username: ANN }, scene.newService());
    expect(outcome).toBe('InvitationAccepted');
    expect(requests.filter((request) => request.startsWith('DELETE users'))).toHaveLength(1);
    expect(organization.personById(userId)?.status).toBe('ACTIVE');
  });

  it.each<[string, Fault]>([
    ['was answered with a 429', failures.rateLimited(1)],
    ['was answered with an upgrade', failures.appUpgrade()],
    ['was refused with a 401', failures.unauthorized()],
  ])('a deletion that %s did not end what is gone by then', async (_, fault) => {
    const { atlas, organization } = scene;
    atlas.settings.sunset = '410';
    for (const left of organization.all()) organization.remove(left);
    const { userId } = organization.addMember(ANN);
    atlas.faults.next(fault, ({ method }) => {
      if (method !== 'DELETE') return false;
      const member = organization.personById(userId);
      if (member) organization.remove(member);
      return true;
    });
    const { outcome } = await scene.ask({ username: ANN, ifAccepted: 'remove' }, scene.newService());
    expect(outcome).toBe('already_gone');
  });

  it('a deletion that failed did not end what another one has ended before its repetition', async () => {
    const { atlas, organization } = scene;
    atlas.settings.sunset = '410';
    for (const left of organization.all()) organization.remove(left);
    organization.invite(ANN);
    let deletions = 0;
    atlas.faults.always(({ method }) => {
      if (method !== 'DELETE') return undefined;
      deletions += 1;
      if (deletions === 1) return failures.unexpectedError();
      for (const left of organization.all()) organization.remove(left);
      return undefined;
    });
    const { outcome } = await scene.ask({ username: ANN }, scene.newService());
    atlas.faults.clear();
    expect([outcome, deletions]).toEqual(['already_gone', 2]);
  });

  it('a deletion that goes on failing is given up after as many tries as the door has patience for', async () => {
    const { atlas, organization } = scene;
    atlas.settings.sunset = '410';
    for (const left of organization.all()) organization.remove(left);
    organization.invite(ANN);
    atlas.faults.next(failures.unexpectedError(), /DELETE/, 99);
    const { outcome, requests } = await scene.ask({ username: ANN }, scene.newService());
    atlas.faults.clear();
    expect(outcome).toBe('AtlasUnavailable');
    expect(requests.filter((request) => request.startsWith('DELETE'))).toHaveLength(4);
  });

  it('reads the status and deletes over one connection, with nothing between them', async () => {
    const { atlas, organization } = scene;
    atlas.settings.sunset = '410';
    for (const left of organization.all()) organization.remove(left);
    organization.invite(ANN);
    const start = atlas.requests.length;
    await scene.ask({ username: ANN }, scene.newService());
    const [look, deletion] = atlas.requests.slice(start).slice(-2);
    expect([look?.method, deletion?.method]).toEqual(['GET', 'DELETE']);
    expect(deletion?.connection).toBe(look?.connection);
    expect(deletion?.number).toBe((look?.number ?? 0) + 1);
  });
});
