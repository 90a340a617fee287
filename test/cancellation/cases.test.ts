import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import type { Service } from '../../lib/service.ts';
import {
  CASES,
  type Case,
  inputBy,
  type Person,
  PHASES,
  type Phase,
  put,
  type Removal,
  WAYS,
  type Way,
} from './cases.ts';
import { type CaseRun, casesPage, type EventRun } from './cases-page.ts';
import { ANN, type Ended, type Input, type Scene, startScene } from './scene.ts';

const SUNSETS = ['410', '404', '406'] as const;
const LOSSES = { 'took effect': failures.resetAfterActing(), 'did not': failures.resetBeforeActing() };

const runs = new Map<Case, CaseRun>();
const ends: EventRun[] = [];
const losses: EventRun[] = [];
let scene: Scene;

beforeAll(async () => {
  scene = await startScene();
  scene.organization.addMember('bystander@example.com');
  for (const phase of PHASES) {
    const services = { refusing: await serviceIn(phase, 'false'), removing: await serviceIn(phase, 'true') };
    for (const one of CASES.filter((any) => any.phase === phase)) runs.set(one, await run(one, services));
    for (const [event, fault] of Object.entries(LOSSES)) {
      for (const way of WAYS.filter((any) => phase === 'before' || any !== 'invitationId')) {
        scene.atlas.faults.next(fault, /^DELETE/);
        const done = await askAbout({ person: 'pending', way }, {}, services.refusing);
        losses.push({ event, person: 'pending', way, phase, done });
      }
    }
  }
  for (const sunset of SUNSETS) {
    for (const way of WAYS) {
      scene.atlas.settings.sunset = sunset;
      const done = await askAbout({ person: 'pending', way }, {}, scene.newService());
      ends.push({ event: sunset, person: 'pending', way, phase: 'before', done });
    }
  }
});

afterAll(() => scene.close());

/** A service that knows in which phase it is, so that finding it out is no part of any case. */
async function serviceIn(phase: Phase, allowRemoval: string): Promise<Service> {
  scene.atlas.settings.sunset = phase === 'after' ? '410' : undefined;
  const service = scene.newService({ ALLOW_MEMBER_REMOVAL: allowRemoval });
  await scene.ask({ username: 'nobody@example.com', dryRun: true }, service);
  return service;
}

async function run(one: Case, services: { refusing: Service; removing: Service }): Promise<CaseRun> {
  const service = one.removal === 'remove' ? services.removing : services.refusing;
  const ifAccepted: Input = one.removal === 'fail' ? {} : { ifAccepted: 'remove' };
  const dry = await askAbout(one, { ...ifAccepted, dryRun: true }, service);
  return { of: one, dry, done: await askAbout(one, ifAccepted, service) };
}

/** Asks about a person who was not there before and is not there afterwards. */
async function askAbout({ person, way }: Pick<Case, 'person' | 'way'>, more: Input, service: Service): Promise<Ended> {
  const { organization } = scene;
  const input = { ...inputBy(way, put(organization, person)), ...more };
  const ended = await scene.ask(input, service);
  for (const entry of organization.all()) if (entry.username !== 'bystander@example.com') organization.remove(entry);
  return ended;
}

describe.each(PHASES)('%s the end of the invites endpoint', (phase) => {
  const cases = CASES.filter((one) => one.phase === phase);

  it.each(cases)('$person, by $way, ifAccepted $removal: $expected.outcome', (one) => {
    expect(runs.get(one)?.done.outcome).toBe(one.expected.outcome);
  });

  it.each(cases)('$person, by $way, ifAccepted $removal, dry run: $expected.dryRun', (one) => {
    const dry = runs.get(one)?.dry;
    expect(dry?.outcome).toBe(one.expected.dryRun);
    expect(dry?.requests.filter((request) => !request.startsWith('GET '))).toEqual([]);
  });
});

it.each([
  ['invitationId', 1],
  ['invitationId and username', 2],
  ['username', 2],
  ['userId', 3],
] as const)('a pending invitation asked for by %s costs %d requests', (way, trips) => {
  expect(runOf('pending', way).requests).toHaveLength(trips);
});

it.each(['accepted', 'expired', 'rejected', 'unknown'] as const)('one more tells that the person is %s', (person) => {
  expect(runOf(person, 'invitationId').requests).toHaveLength(1);
  expect(runOf(person, 'invitationId and username').requests).toHaveLength(2);
  expect(runOf(person, 'username').requests).toHaveLength(2);
  expect(runOf(person, 'userId').requests).toHaveLength(1);
});

function runOf(person: Person, way: Way): Ended {
  const run = runs.get(caseOf('before', person, way, 'fail'));
  if (!run) throw new Error('the case was not run');
  return run.done;
}

function caseOf(phase: Phase, person: Person, way: Way, removal: Removal): Case {
  const one = CASES.find(
    (any) => any.phase === phase && any.removal === removal && any.person === person && any.way === way,
  );
  if (!one) throw new Error('there is no such case');
  return one;
}

it.each([
  ['before', 'pending', 'invitationId', 'fail', 'invites'],
  ['before', 'pending', 'username', 'fail', 'invites'],
  ['before', 'pending', 'userId', 'fail', 'invites'],
  ['before', 'pending', 'invitationId and username', 'fail', 'invites'],
  ['before', 'accepted', 'username', 'remove', 'users'],
  ['before', 'unknown', 'username', 'fail', 'users'],
  ['after', 'pending', 'username', 'fail', 'users'],
  ['after', 'accepted', 'userId', 'remove', 'users'],
] as const)(
  '%s the end, %s, by %s, ifAccepted %s: it is the %s endpoint that does it',
  (phase, person, way, removal, via) => {
    const run = runs.get(caseOf(phase, person, way, removal));
    expect([run?.done.served.result?.via, run?.dry.served.result?.via]).toEqual([via, via]);
  },
);

it('tells the address of an invitation that was asked for by its id alone, were it to be cancelled', () => {
  const run = runs.get(caseOf('before', 'pending', 'invitationId', 'fail'));
  expect(run?.dry.served.result?.username).toBe(ANN);
});

it.each(['expired', 'rejected'] as const)('tells whom Atlas shows with an invitation that is %s', (person) => {
  const { result } = runs.get(caseOf('after', person, 'username', 'fail'))?.done.served ?? {};
  expect(result).toMatchObject({
    outcome: 'already_gone',
    username: ANN,
    userId: expect.stringMatching(/^[0-9a-f]{24}$/),
  });
});

it('has every case on its page', async () => {
  await expect(casesPage([...runs.values()], ends, losses)).toMatchFileSnapshot('../../lib/cancellation/CASES.md');
});
