import type { Answer, Headers } from '../loopback/answer.ts';
import { atlasError, resourceNotFound } from './answers.ts';
import { authenticate, type Principal } from './authentication.ts';
import type { Digest } from './digest.ts';
import type { Organization } from './organization.ts';
import { findRoute, type Route } from './routes.ts';
import type { Registry } from './service-account.ts';
import type { Settings } from './settings.ts';

// One-digit day as recorded: a strict reader of HTTP dates fails on it.
const DEPRECATION = { Deprecation: 'Wed, 19 Feb 2025 00:00:00 GMT', Sunset: 'Thu, 1 Jul 2027 00:00:00 GMT' };

interface ApiRequest {
  method: string;
  /** Path with query. */
  target: string;
  authorization: string | undefined;
  accept: string | undefined;
}

/**
 * Everything under /api/atlas/v2. Order of checks: route, credential, version, access list, organization, rate limit,
 * role, resource. Recorded of Atlas is only that the organization is looked up before the limiter counts.
 */
export function answerVersionedApi(
  registry: Registry,
  digest: Digest,
  organizations: ReadonlyMap<string, Organization>,
  request: ApiRequest,
): Answer {
  const { settings } = registry;
  const mark = request.target.indexOf('?');
  const path = mark < 0 ? request.target : request.target.slice(0, mark);
  const found = findRoute(request.method, path);
  if (!found) return resourceNotFound(path);
  const { route, orgId, id } = found;
  const version = /^application\/vnd\.atlas\.(\d{4}-\d{2}-\d{2})\+json$/.exec(request.accept ?? '')?.[1] ?? '';
  const deprecated = route.versions[version] === 'deprecated';
  if (deprecated && settings.sunset === '404') return resourceNotFound(path);

  const caller = authenticate(registry, digest, request);
  if ('status' in caller) return caller;
  const unavailable = checkVersion(route, version, path, settings);
  if (unavailable) return unavailable;
  const dates: Headers = deprecated ? DEPRECATION : {};
  const blocked = checkAccessList(organizations.get(caller.orgId), settings);
  if (blocked) return add(blocked, dates);
  const organization = organizations.get(orgId);
  if (!organization) return add(unknownOrganization(orgId), dates);
  if (caller.orgId !== orgId) {
    return add(atlasError(401, 'USER_CANNOT_ACCESS_ORG', 'User cannot access this organization.'), dates);
  }
  const { headers, refusal } = organization.limiter.take(route.set, path);
  const query = new URLSearchParams(mark < 0 ? '' : request.target.slice(mark));
  const answer = refusal ?? refuseRole(route, caller) ?? route.run({ organization, id, query, version, settings });
  return add(answer, { ...headers, ...dates });
}

/** 401, not 403: that is what a missing role looks like. */
function refuseRole(route: Route, { roles }: Principal): Answer | undefined {
  if (!route.ownerOnly || roles.includes('ORG_OWNER')) return undefined;
  return atlasError(401, 'USER_UNAUTHORIZED', 'Current user is not authorized to perform this action.');
}

function checkVersion(route: Route, version: string, path: string, { sunset }: Settings): Answer | undefined {
  const status = route.versions[version];
  if (status === undefined || (status === 'deprecated' && sunset === '406')) {
    return atlasError(406, 'INVALID_VERSION_DATE', 'Invalid accept header or version date.');
  }
  if (status === 'deprecated' && sunset === '410') {
    const resource = path.slice(1);
    const text = `Version ${version} of ${resource} is no longer available.`;
    return atlasError(410, 'VERSION_GONE', text, [version, resource]);
  }
  return undefined;
}

function checkAccessList(home: Organization | undefined, settings: Settings): Answer | undefined {
  const address = settings.callerAddress;
  if (!home || home.admits(address)) return undefined;
  if (home.accessList?.length === 0) {
    const text = 'This organization requires access through an access list of ip ranges.';
    return atlasError(403, 'ORG_REQUIRES_ACCESS_LIST', text, [address]);
  }
  return atlasError(403, settings.accessListCode, `IP address ${address} is not allowed to access this resource.`, [
    address,
  ]);
}

function unknownOrganization(orgId: string): Answer {
  if (/^[a-f0-9]{24}$/.test(orgId))
    return atlasError(404, 'ORG_NOT_FOUND', `No organization with ID ${orgId} exists.`, [orgId]);
  return atlasError(404, 'INVALID_ORG_ID', `An invalid organization ID ${orgId} was specified.`, [orgId]);
}

function add(answer: Answer, headers: Headers): Answer {
  return { ...answer, headers: { ...headers, ...answer.headers } };
}
