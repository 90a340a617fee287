import type { Organization } from '../../infra/emulators/atlas/organization.ts';
import type { Service } from '../../lib/service.ts';
import { inputBy, type Person, put, type Way } from './cases.ts';
import { ANN, type Ended, type Input, isOfApi, type Scene, shortForm } from './scene.ts';

/** What Ann and other administrators may do meanwhile, and in which status of hers each can happen. */
const EVENTS = {
  accept: ['PENDING'],
  expire: ['PENDING'],
  reject: ['PENDING'],
  cancel: ['PENDING'],
  leave: ['ACTIVE'],
  invite: ['absent', 'PENDING', 'INVITATION_EXPIRED', 'INVITATION_REJECTED'],
} as const satisfies Record<string, readonly string[]>;

type Event = keyof typeof EVENTS;

/** An event directly before the request of this number, counted from 1. */
interface Placed {
  readonly event: Event;
  readonly before: number;
}

/** One order of events, and how it went. */
export interface Run {
  readonly ended: Ended;
  /** Events and requests in the order in which they took effect. */
  readonly order: readonly string[];
  /** Ann's statuses when our requests ended something, in order. */
  readonly endedByUs: readonly string[];
  /** Ann's status before each request, its events included. */
  readonly statuses: readonly string[];
  /** Ann's status when the last request had taken effect. */
  readonly status: string;
}

export interface Setting {
  readonly scene: Scene;
  readonly service: Service;
  readonly start: Person;
  readonly way: Way;
  readonly input?: Input;
}

/** Every order of at most so many events between the requests, each event wherever it can happen at all. */
export async function allRuns(setting: Setting, most: number): Promise<Run[]> {
  const runs: Run[] = [];
  const waiting: (readonly Placed[])[] = [[]];
  for (let placed = waiting.pop(); placed; placed = waiting.pop()) {
    const run = await runWith(setting, placed);
    runs.push(run);
    if (placed.length === most) continue;
    // Before the first request an event would only be another beginning.
    for (let before = placed.at(-1)?.before ?? 2; before <= run.statuses.length; before += 1) {
      for (const event of possibleEvents(run.statuses[before - 1])) waiting.push([...placed, { event, before }]);
    }
  }
  return runs;
}

function possibleEvents(status: string | undefined): Event[] {
  const events: readonly [string, readonly string[]][] = Object.entries(EVENTS);
  return events
    .filter(([, statuses]) => status !== undefined && statuses.includes(status))
    .map(([event]) => event as Event);
}

async function runWith(setting: Setting, placed: readonly Placed[]): Promise<Run> {
  const { scene, service, start, way, input } = setting;
  const { settings } = scene.atlas;
  const { organization } = scene;
  const order: string[] = [];
  const endedByUs: string[] = [];
  const statuses: string[] = [];
  let recorded = 0;
  const asked = inputBy(way, put(organization, start));
  settings.before = (request) => {
    if (!isOfApi(request)) return;
    for (const { event, before } of placed) {
      if (before !== statuses.length + 1) continue;
      happen(organization, event);
      order.push(event);
    }
    statuses.push(statusOf(organization));
    order.push(shortForm(request));
    recorded = organization.history.length;
  };
  settings.after = (request) => {
    if (!isOfApi(request)) return;
    for (const { status } of organization.history.slice(recorded)) endedByUs.push(status ?? '');
  };
  const ended = await scene.ask({ ...asked, ...input }, service);
  settings.before = undefined;
  settings.after = undefined;
  const status = statusOf(organization);
  const person = organization.person(ANN);
  if (person) organization.remove(person);
  return { ended, order, endedByUs, statuses, status };
}

function statusOf(organization: Organization): string {
  return organization.person(ANN)?.status ?? 'absent';
}

function happen(organization: Organization, event: Event): void {
  if (event === 'invite') organization.invite(ANN);
  if (event === 'accept') organization.accept(ANN);
  if (event === 'expire') organization.expire(ANN);
  if (event === 'reject') organization.reject(ANN);
  const person = organization.person(ANN);
  if (event === 'leave' && person) organization.remove(person);
  if (event === 'cancel') for (const invitation of person?.invitations ?? []) organization.cancel(invitation);
}
