import {
  type Fields,
  fieldsOf,
  list,
  numberOf,
  object,
  objectOrNone,
  requiredText,
  type Texts,
  text,
  textOf,
  texts,
  unreadable,
} from './fields.ts';

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
 * Reads an event of API Gateway. Read by hand: every request pays for it, and a schema costs as much as the rest of them.
 * @throws {Failure} `InvalidRequest` for anything else
 */
export function readEvent(event: unknown): HttpEvent {
  const fields = object(event);
  const { version } = fields;
  if (version === '2.0') return fromV2(fields);
  if (version === '1.0' || version === undefined) return fromV1(fields);
  throw unreadable();
}

/** API Gateway HTTP API, payload format 2.0, whose header names are in lower case (AWS docs, "http-api-develop-integrations-lambda"). */
function fromV2(event: Fields): HttpEvent {
  const context = object(event['requestContext']);
  const authorizer = fieldsOf(context['authorizer']);
  const rawQuery = text(event['rawQueryString']) ?? '';
  const query = rawQuery === '' ? [] : [...new URLSearchParams(rawQuery)];
  return {
    route: requiredText(event['routeKey']),
    path: texts(event['pathParameters']),
    query: complete(query, event),
    headers: texts(event['headers']),
    body: body(event),
    gateway: { requestId: textOf(context['requestId']), receivedAt: numberOf(context['timeEpoch']), patience: 30_000 },
    askedBy:
      textOf(fieldsOf(authorizer['iam'])['userArn']) ?? textOf(fieldsOf(fieldsOf(authorizer['jwt'])['claims'])['sub']),
  };
}

/** API Gateway REST API, payload format 1.0, which keeps the caller's letter case in header names. */
function fromV1(event: Fields): HttpEvent {
  const context = object(event['requestContext']);
  const authorizer = fieldsOf(context['authorizer']);
  const query = Object.entries(objectOrNone(event['multiValueQueryStringParameters'])).flatMap(([name, values]) =>
    list(values).map((value) => [name, requiredText(value)] as const),
  );
  return {
    route: `${requiredText(event['httpMethod'])} ${requiredText(event['resource'])}`,
    path: texts(event['pathParameters']),
    query: complete(query, event),
    headers: lowerCased(texts(event['headers'])),
    body: body(event),
    gateway: {
      requestId: textOf(context['requestId']),
      receivedAt: numberOf(context['requestTimeEpoch']),
      patience: 29_000,
    },
    askedBy:
      textOf(fieldsOf(context['identity'])['userArn']) ??
      textOf(fieldsOf(authorizer['claims'])['sub']) ??
      textOf(authorizer['principalId']),
  };
}

/**
 * The query with what only the short form of it holds. API Gateway gives both forms; an event made by hand may have the
 * short one alone, and an overlooked `dryRun` would delete.
 */
function complete(query: HttpEvent['query'], event: Fields): HttpEvent['query'] {
  const short = Object.entries(texts(event['queryStringParameters']));
  if (short.length === 0) return query;
  const known = new Set(query.map(([name]) => name));
  return [...query, ...short.filter(([name]) => !known.has(name)).map(([name, value = '']) => [name, value] as const)];
}

function lowerCased(headers: Texts): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function body(event: Fields): string | undefined {
  const given = text(event['body']);
  const isBase64Encoded = event['isBase64Encoded'] ?? false;
  if (typeof isBase64Encoded !== 'boolean') throw unreadable();
  if (given === undefined || given === '') return undefined;
  return isBase64Encoded ? Buffer.from(given, 'base64').toString('utf8') : given;
}
