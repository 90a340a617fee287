import { Failure } from '../failures.ts';
import { refusal } from '../request.ts';
import type { HttpEvent } from './event.ts';

/** How the caller wants to be answered; Atlas's own query parameters of the same names, served by us. */
export interface Presentation {
  /** Status 200, with the real one inside the body. */
  readonly envelope: boolean;
  /** Indented JSON. */
  readonly pretty: boolean;
}

const FLAGS = ['dryRun', 'envelope', 'pretty'] as const;
const QUERY = ['ifAccepted', ...FLAGS] as const;

/** The input of the request: a plain object for {@link parseRequest}, which alone decides whether it is one. */
type Read = (event: HttpEvent) => unknown;

const ROUTES: Readonly<Record<string, Read>> = {
  'DELETE /api/atlas/v2/orgs/{orgId}/invites/{invitationId}': (event) => deletion(event, 'invitationId'),
  'DELETE /api/atlas/v2/orgs/{orgId}/users/{userId}': (event) => deletion(event, 'userId'),
  'POST /cancellations': cancellation,
};

/**
 * What the event asks for.
 * @throws {Failure} `NotFound` for another route, `InvalidRequest` for a query or a body that the route doesn't take
 */
export function readInput(event: HttpEvent): unknown {
  const read = Object.hasOwn(ROUTES, event.route) ? ROUTES[event.route] : undefined;
  if (!read) throw new Failure('NotFound', 'There is no such route here.');
  return read(event);
}

/** Never throws: where the query is refused, what is plain in it is still followed. */
export function readPresentation(event: HttpEvent): Presentation {
  const asked = (flag: string) => {
    const given = event.query.filter(([name]) => name === flag);
    return isAtlasRoute(event) && given.length === 1 && given[0]?.[1] === 'true';
  };
  return { envelope: asked('envelope'), pretty: asked('pretty') };
}

/** Whether Atlas's own notices belong on the answer: on Atlas's own paths. */
export function isAtlasRoute({ route }: HttpEvent): boolean {
  return route.startsWith('DELETE ') && Object.hasOwn(ROUTES, route);
}

function deletion({ path, query, body }: HttpEvent, id: 'invitationId' | 'userId'): unknown {
  if (body !== undefined) throw refusal([{ field: 'body', description: 'is not taken by this route' }]);
  const given = new Map<string, string>();
  for (const [name, value] of query) {
    if (!QUERY.some((known) => known === name)) {
      throw refusal([{ field: name, description: 'is not a query parameter of this route' }]);
    }
    if (given.has(name)) throw refusal([{ field: name, description: 'is given more than once' }]);
    if (FLAGS.some((flag) => flag === name) && value !== 'true' && value !== 'false') {
      throw refusal([{ field: name, description: 'must be true or false' }]);
    }
    given.set(name, value);
  }
  return {
    orgId: path['orgId'],
    [id]: path[id],
    dryRun: given.get('dryRun') === 'true',
    ifAccepted: given.get('ifAccepted'),
  };
}

function cancellation({ query, body }: HttpEvent): unknown {
  const [unknown] = query;
  if (unknown) throw refusal([{ field: unknown[0], description: 'is not a query parameter of this route' }]);
  try {
    return JSON.parse(body ?? '');
  } catch {
    // The parser's own message would quote the body, which holds an address.
    throw refusal([{ field: 'body', description: 'must be JSON' }]);
  }
}
