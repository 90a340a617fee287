import type { Answer } from '../loopback/answer.ts';
import { versionedJson } from './answers.ts';
import { deleteInvite, getInvite, listInvites } from './invites.ts';
import type { Organization } from './organization.ts';
import type { EndpointSet } from './rate-limiter.ts';
import type { Settings } from './settings.ts';
import { getUser, listUsers, removeUser } from './users.ts';

/** What a route's operation is given. */
export interface Call {
  readonly organization: Organization;
  /** The last segment of the path, where the route has an identifier there. */
  readonly id: string;
  readonly query: URLSearchParams;
  /** The resource version that was asked for, YYYY-MM-DD. */
  readonly version: string;
  readonly settings: Settings;
}

/** An operation under /api/atlas/v2/orgs/{orgId}. */
export interface Route {
  readonly set: EndpointSet;
  /** Published versions, and whether each is deprecated. */
  readonly versions: Readonly<Record<string, 'current' | 'deprecated'>>;
  /** Whether only an Organization Owner may; else any role in the organization will do. */
  readonly ownerOnly: boolean;
  readonly run: (call: Call) => Answer;
}

const INVITES = { set: 'organizations', versions: { '2023-01-01': 'deprecated' } } as const;
const USERS = { set: 'users', versions: { '2023-01-01': 'deprecated', '2025-02-19': 'current' } } as const;

/** By method and the path below the organization, with an identifier written as `*`. */
const ROUTES: Readonly<Record<string, Route>> = {
  'GET ': {
    set: 'organizations',
    versions: { '2023-01-01': 'current' },
    ownerOnly: false,
    run: ({ organization: { id, name }, version }) =>
      versionedJson(200, version, { id, isDeleted: false, links: [], name }),
  },
  'GET invites': {
    ...INVITES,
    ownerOnly: false,
    run: ({ organization, query, version, settings }) => listInvites(organization, query, version, settings),
  },
  'GET invites/*': {
    ...INVITES,
    ownerOnly: false,
    run: ({ organization, id, version, settings }) => getInvite(organization, id, version, settings),
  },
  'DELETE invites/*': {
    ...INVITES,
    ownerOnly: true,
    run: ({ organization, id, version, settings }) => deleteInvite(organization, id, version, settings),
  },
  'GET users': {
    ...USERS,
    ownerOnly: false,
    run: ({ organization, query, version, settings }) => listUsers(organization, query, version, settings),
  },
  'GET users/*': {
    ...USERS,
    ownerOnly: false,
    run: ({ organization, id, version }) => getUser(organization, id, version),
  },
  'DELETE users/*': {
    ...USERS,
    ownerOnly: true,
    run: ({ organization, id, version, settings }) => removeUser(organization, id, version, settings),
  },
};

const PATH = /^\/api\/atlas\/v2\/orgs\/([^/]+)(?:\/([^/]+)(?:\/([^/]+))?)?$/;

/** The route for a method and a path (without query), with the identifiers that the path holds. */
export function findRoute(method: string, path: string): { route: Route; orgId: string; id: string } | undefined {
  const [, orgId = '', collection = '', id = ''] = PATH.exec(path) ?? [];
  const route = orgId ? ROUTES[`${method} ${collection}${id && '/*'}`] : undefined;
  return route && { route, orgId, id };
}
