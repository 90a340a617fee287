import type { APIGatewayProxyEvent, APIGatewayProxyEventV2 } from 'aws-lambda';
import { NOW } from './clock.ts';

export const GATEWAY_REQUEST_ID = 'JKJaXmPLvHcESHA=';
export const USER_ARN = 'arn:aws:sts::123456789012:assumed-role/caller/session';

/** A request as API Gateway sees it. */
export interface HttpRequest {
  readonly method: string;
  /** The path of the route, with placeholders. */
  readonly resource: string;
  readonly path?: Record<string, string>;
  /** As in the URL, without the question mark. */
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  /** Milliseconds since the epoch at which API Gateway received it. */
  readonly receivedAt?: number;
}

type Extras = Omit<HttpRequest, 'method' | 'resource' | 'path'>;

/** `DELETE` of an invitation on Atlas's own path. */
export function deleteInvitation(orgId: string, invitationId: string, extras: Extras = {}): HttpRequest {
  const resource = '/api/atlas/v2/orgs/{orgId}/invites/{invitationId}';
  return { method: 'DELETE', resource, path: { orgId, invitationId }, ...extras };
}

/** `DELETE` of a user on the successor's path. */
export function deleteUser(orgId: string, userId: string, extras: Extras = {}): HttpRequest {
  return {
    method: 'DELETE',
    resource: '/api/atlas/v2/orgs/{orgId}/users/{userId}',
    path: { orgId, userId },
    ...extras,
  };
}

/** `POST /cancellations` with this as its JSON body. */
export function postCancellation(body: unknown, extras: Extras = {}): HttpRequest {
  return { method: 'POST', resource: '/cancellations', body: JSON.stringify(body), ...extras };
}

/** The event of an HTTP API, payload format 2.0: absent where there is nothing. */
export function payloadV2(request: HttpRequest): APIGatewayProxyEventV2 {
  const { method, resource, path, query = '', headers = {}, body, isBase64Encoded = false, receivedAt = NOW } = request;
  const rawPath = fill(resource, path);
  return {
    version: '2.0',
    routeKey: `${method} ${resource}`,
    rawPath,
    rawQueryString: query,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    requestContext: {
      accountId: '123456789012',
      apiId: 'api0000000',
      authorizer: {
        iam: {
          accessKey: 'AKIAXXXXXXXXXXXXXXXX',
          accountId: '123456789012',
          callerId: 'AIDAXXXXXXXXXXXXXXXX:session',
          cognitoIdentity: null,
          principalOrgId: null,
          userArn: USER_ARN,
          userId: 'AIDAXXXXXXXXXXXXXXXX:session',
        },
      },
      domainName: 'api0000000.execute-api.eu-west-1.amazonaws.com',
      domainPrefix: 'api0000000',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '203.0.113.9', userAgent: 'caller/1.0' },
      requestId: GATEWAY_REQUEST_ID,
      routeKey: `${method} ${resource}`,
      stage: '$default',
      time: new Date(receivedAt).toUTCString(),
      timeEpoch: receivedAt,
    },
    isBase64Encoded,
    ...(path && { pathParameters: path }),
    ...(body !== undefined && { body }),
  } as APIGatewayProxyEventV2; // An authorizer is not in the base type.
}

/** The event of a REST API, payload format 1.0: null where there is nothing, header names as the caller wrote them. */
export function payloadV1(request: HttpRequest): APIGatewayProxyEvent {
  const { method, resource, path, query = '', headers = {}, body, isBase64Encoded = false, receivedAt = NOW } = request;
  const filled = fill(resource, path);
  const pairs = [...new URLSearchParams(query)];
  const last = Object.fromEntries(pairs);
  const all = Object.fromEntries(
    pairs.map(([name]) => [name, pairs.filter(([same]) => same === name).map(([, value]) => value)]),
  );
  return {
    resource,
    path: filled,
    httpMethod: method,
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: query === '' ? null : last,
    multiValueQueryStringParameters: query === '' ? null : all,
    pathParameters: path ?? null,
    stageVariables: null,
    body: body ?? null,
    isBase64Encoded,
    requestContext: {
      accountId: '123456789012',
      apiId: 'api0000000',
      authorizer: null,
      protocol: 'HTTP/1.1',
      httpMethod: method,
      identity: {
        accessKey: null,
        accountId: null,
        apiKey: null,
        apiKeyId: null,
        caller: null,
        clientCert: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: '203.0.113.9',
        user: null,
        userAgent: 'caller/1.0',
        userArn: USER_ARN,
      },
      path: `/production${filled}`,
      stage: 'production',
      requestId: GATEWAY_REQUEST_ID,
      requestTimeEpoch: receivedAt,
      resourceId: 'abc123',
      resourcePath: resource,
    },
  };
}

function fill(resource: string, path: Record<string, string> = {}): string {
  return resource.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent((path[name] ?? '').toWellFormed()));
}
