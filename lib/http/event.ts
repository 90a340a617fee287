import * as v from 'valibot';
import { refusal } from '../request.ts';

const Text = v.nullish(v.string());

/** Not valibot's record, which looks at each entry by itself and copies them all. */
const Texts = v.nullish(v.custom<Record<string, string | undefined>>(areTexts));

function areTexts(input: unknown): boolean {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return false;
  return Object.values(input).every((value) => typeof value === 'string' || value === undefined);
}

/** An object as its entries. valibot's own record leaves out `__proto__` and `constructor`, which a query can hold. */
function entries<T extends v.GenericSchema>(value: T) {
  const object = v.custom<object>((input) => typeof input === 'object' && input !== null && !Array.isArray(input));
  const all = v.transform((given: object): [string, unknown][] => Object.entries(given));
  return v.nullish(v.pipe(object, all, v.array(v.tuple([v.string(), value]))));
}
const ShortQuery = entries(v.optional(v.string(), ''));

/** API Gateway HTTP API, payload format 2.0 (AWS docs, "http-api-develop-integrations-lambda"). */
const EventV2 = v.object({
  version: v.literal('2.0'),
  routeKey: v.string(),
  rawQueryString: v.optional(v.string(), ''),
  queryStringParameters: ShortQuery,
  headers: Texts,
  pathParameters: Texts,
  body: Text,
  isBase64Encoded: v.optional(v.boolean(), false),
  requestContext: v.object({
    requestId: v.optional(v.string()),
    timeEpoch: v.optional(v.number()),
    authorizer: v.optional(
      v.object({
        iam: v.optional(v.object({ userArn: Text })),
        jwt: v.optional(v.object({ claims: v.optional(v.object({ sub: Text })) })),
      }),
    ),
  }),
});

/** API Gateway REST API, payload format 1.0, which keeps the caller's letter case in header names. */
const EventV1 = v.object({
  version: v.optional(v.literal('1.0')),
  resource: v.string(),
  httpMethod: v.string(),
  headers: Texts,
  queryStringParameters: ShortQuery,
  multiValueQueryStringParameters: entries(v.optional(v.array(v.string()), [])),
  pathParameters: Texts,
  body: Text,
  isBase64Encoded: v.optional(v.boolean(), false),
  requestContext: v.object({
    requestId: v.optional(v.string()),
    requestTimeEpoch: v.optional(v.number()),
    identity: v.optional(v.object({ userArn: Text })),
    authorizer: v.nullish(v.object({ claims: v.optional(v.object({ sub: Text })), principalId: Text })),
  }),
});

/** A request to the HTTP door, whichever payload brought it. */
export interface HttpEvent {
  /** Method and path with its placeholders, as the route is configured. */
  readonly route: string;
  readonly path: Readonly<Record<string, string | undefined>>;
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string | undefined;
  readonly gateway: {
    readonly requestId: string | undefined;
    /** When the request reached API Gateway, milliseconds since the epoch. */
    readonly receivedAt: number | undefined;
    /** Milliseconds after which API Gateway gives up, by its default. */
    readonly patience: number;
  };
  /** IAM ARN, or the subject of a JSON Web Token. */
  readonly askedBy: string | undefined;
}

/**
 * Reads an event of API Gateway.
 * @throws {Failure} `InvalidRequest` for anything else
 */
export function readEvent(event: unknown): HttpEvent {
  const two = v.safeParse(EventV2, event);
  if (two.success) return fromV2(two.output);
  const one = v.safeParse(EventV1, event);
  if (one.success) return fromV1(one.output);
  throw refusal([{ field: 'event', description: 'is not an API Gateway event of payload format 2.0 or 1.0' }]);
}

function fromV2(event: v.InferOutput<typeof EventV2>): HttpEvent {
  const { requestId, timeEpoch, authorizer } = event.requestContext;
  return {
    route: event.routeKey,
    path: event.pathParameters ?? {},
    query: complete(decodedQuery(event.rawQueryString), event.queryStringParameters),
    headers: lowerCased(event.headers),
    body: decoded(event),
    gateway: { requestId, receivedAt: timeEpoch, patience: 30_000 },
    askedBy: authorizer?.iam?.userArn ?? authorizer?.jwt?.claims?.sub ?? undefined,
  };
}

function fromV1(event: v.InferOutput<typeof EventV1>): HttpEvent {
  const { requestId, requestTimeEpoch, identity, authorizer } = event.requestContext;
  const query = (event.multiValueQueryStringParameters ?? []).flatMap(([name, values]) =>
    values.map((value) => [name, value] as const),
  );
  return {
    route: `${event.httpMethod} ${event.resource}`,
    path: event.pathParameters ?? {},
    query: complete(query, event.queryStringParameters),
    headers: lowerCased(event.headers),
    body: decoded(event),
    gateway: { requestId, receivedAt: requestTimeEpoch, patience: 29_000 },
    askedBy: identity?.userArn ?? authorizer?.claims?.sub ?? authorizer?.principalId ?? undefined,
  };
}

function decodedQuery(raw: string): HttpEvent['query'] {
  return raw === '' ? [] : [...new URLSearchParams(raw)];
}

/**
 * The query with what only the short form of it holds. API Gateway gives both forms; an event made by hand may have the
 * short one alone, and an overlooked `dryRun` would delete.
 */
function complete(query: HttpEvent['query'], short: HttpEvent['query'] | null | undefined): HttpEvent['query'] {
  if (!short || short.length === 0) return query;
  const known = new Set(query.map(([name]) => name));
  return [...query, ...short.filter(([name]) => !known.has(name))];
}

function lowerCased(headers: v.InferOutput<typeof Texts>): Record<string, string | undefined> {
  const lowered: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(headers ?? {})) lowered[name.toLowerCase()] = value;
  return lowered;
}

function decoded({
  body,
  isBase64Encoded,
}: {
  body?: string | null | undefined;
  isBase64Encoded: boolean;
}): string | undefined {
  if (body === null || body === undefined || body === '') return undefined;
  return isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
}
