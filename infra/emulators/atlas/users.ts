import type { Answer } from '../loopback/answer.ts';
import { atlasError, noContent, versionedJson } from './answers.ts';
import type { Person } from './membership.ts';
import type { Organization } from './organization.ts';
import type { Settings } from './settings.ts';
import { DEPRECATED_USERS_VERSION, userView } from './user-view.ts';
import { finds } from './username-filter.ts';

const STATUSES = ['PENDING', 'ACTIVE', 'INVITATION_EXPIRED', 'INVITATION_REJECTED'];

/** GET /orgs/{orgId}/users: pages; active and pending people unless statuses are named. */
export function listUsers(
  organization: Organization,
  query: URLSearchParams,
  version: string,
  settings: Settings,
): Answer {
  const one = query.get('orgMembershipStatus');
  const several = query.getAll('orgMembershipStatuses').flatMap((value) => value.split(','));
  if (one !== null && several.length > 0) {
    const parameters = ['orgMembershipStatus', 'orgMembershipStatuses'];
    const text = `The query parameters ${parameters.join(' and ')} are mutually exclusive.`;
    return atlasError(400, 'MUTUALLY_EXCLUSIVE_QUERY_PARAMETERS', text, parameters);
  }
  const statuses = one === null ? several : [one];
  const unknown = statuses.find((status) => !STATUSES.includes(status));
  if (unknown !== undefined) {
    return atlasError(400, 'INVALID_ENUM_VALUE', `An invalid enumeration value ${unknown} was specified.`, [unknown]);
  }
  const size = wholeNumber(query.get('itemsPerPage'), settings.itemsPerPage.default);
  const page = wholeNumber(query.get('pageNum'), 1);
  if (size < 1 || page < 1 || size > 500) {
    const name = page < 1 ? 'pageNum' : 'itemsPerPage';
    return atlasError(400, 'INVALID_QUERY_PARAMETER', `Invalid query parameter ${name} specified.`, [name]);
  }
  const wanted = wantedStatuses(statuses, version);
  const found = candidates(organization, query.get('username'), settings).filter(({ status }) =>
    wanted.includes(status),
  );
  const served = Math.min(size, settings.itemsPerPage.maximum);
  const start = (page - 1) * served;
  const link = (rel: string, pageNum: number) => ({
    // Never to be followed: recorded answers of Atlas point at this host.
    href: `http://localhost:8080/api/atlas/v2/orgs/${organization.id}/users?pageNum=${pageNum}&itemsPerPage=${served}`,
    rel,
  });
  const links = [link('self', page)];
  if (page > 1) links.push(link('previous', page - 1));
  if (start + served < found.length) links.push(link('next', page + 1));
  return versionedJson(200, version, {
    links,
    results: found.slice(start, start + served).map((person) => userView(organization.id, person, version)),
    ...(query.get('includeCount') !== 'false' && { totalCount: settings.totalCount(found.length) }),
  });
}

/** GET /orgs/{orgId}/users/{userId}: in any status, unless the old version is asked, which knows members only. */
export function getUser(organization: Organization, userId: string, version: string): Answer {
  const person = find(organization, userId, version);
  return 'headers' in person ? person : versionedJson(200, version, userView(organization.id, person, version));
}

/** DELETE /orgs/{orgId}/users/{userId}: removes members and pending people alike; there is no "only if pending". */
export function removeUser(organization: Organization, userId: string, version: string, settings: Settings): Answer {
  const person = find(organization, userId, version);
  if ('headers' in person) return person;
  const lapsed = person.status === 'INVITATION_EXPIRED' || person.status === 'INVITATION_REJECTED';
  if (lapsed && !settings.removesLapsed) return notInOrganization(organization, userId);
  if (person.status === 'ACTIVE' && isLastOwner(organization, person)) {
    const text = 'An organization needs to have at least one owner. You cannot demote or remove the last owner.';
    return atlasError(403, 'CANNOT_DELETE_LAST_ADMIN', text);
  }
  organization.remove(person);
  return noContent(version);
}

function find(organization: Organization, userId: string, version: string): Person | Answer {
  if (!/^[a-f0-9]{24}$/.test(userId)) {
    return atlasError(404, 'INVALID_USER_ID', `An invalid user ID ${userId} was specified.`, [userId]);
  }
  const person = organization.personById(userId);
  if (person && (version !== DEPRECATED_USERS_VERSION || person.status === 'ACTIVE')) return person;
  if (organization.formerMembers.has(userId)) return notInOrganization(organization, userId);
  return atlasError(404, 'USER_NOT_FOUND', `No user with ID ${userId} exists.`, [userId]);
}

function notInOrganization(organization: Organization, userId: string): Answer {
  const text = `User ${userId} is not in organization ${organization.id}.`;
  return atlasError(404, 'USER_NOT_IN_ORG', text, [userId, organization.id]);
}

function isLastOwner(organization: Organization, person: Person): boolean {
  return (
    person.roles.includes('ORG_OWNER') &&
    organization.members().filter(({ roles }) => roles.includes('ORG_OWNER')).length === 1
  );
}

function wantedStatuses(statuses: string[], version: string): string[] {
  if (version === DEPRECATED_USERS_VERSION) return ['ACTIVE'];
  return statuses.length > 0 ? statuses : ['ACTIVE', 'PENDING'];
}

function candidates(organization: Organization, username: string | null, { usernameFilter }: Settings): Person[] {
  if (username === null || usernameFilter === 'ignored') return organization.all();
  const person = organization.person(username);
  return person && finds(usernameFilter, username, person.username) ? [person] : [];
}

function wholeNumber(text: string | null, otherwise: number): number {
  if (text === null) return otherwise;
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
}
