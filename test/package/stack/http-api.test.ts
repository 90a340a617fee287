import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import openApi from '../../../infra/api/openapi.json' with { type: 'json' };
import { readStack } from './cloudformation.ts';

const ROUTES = [
  'DELETE /api/atlas/v2/orgs/{orgId}/invites/{invitationId}',
  'DELETE /api/atlas/v2/orgs/{orgId}/users/{userId}',
  'POST /cancellations',
];
const JWT = { JwtIssuer: 'https://idp.example.com', JwtAudience: 'offboarding,onboarding' };

function routesOf(values?: Record<string, string>): unknown[] {
  return Object.values(readStack(values).resourcesOf('AWS::ApiGatewayV2::Route', v.looseObject({})));
}

describe('the HTTP API', () => {
  it('is open to no web page: it has no CORS', () => {
    expect(readStack().propertiesOf('HttpApi')).toEqual({ Name: 'dev-atlas-uninvite', ProtocolType: 'HTTP' });
  });

  it('has the routes that its OpenAPI document describes, and no other', () => {
    const operations = Object.entries(openApi.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(operations.sort()).toEqual([...ROUTES].sort());
  });
});

describe('the routes of the HTTP API', () => {
  const route = { ApiId: '<HttpApi>', Target: 'integrations/<HttpApiIntegrationHttp>' };

  it('are these, and all of them want a signature of AWS IAM', () => {
    expect(routesOf()).toEqual(ROUTES.map((RouteKey) => ({ ...route, RouteKey, AuthorizationType: 'AWS_IAM' })));
  });

  it('all want a token instead, where an issuer is given', () => {
    const token = { AuthorizationType: 'JWT', AuthorizerId: '<JwtAuthorizer>' };
    expect(routesOf(JWT)).toEqual(ROUTES.map((RouteKey) => ({ ...route, RouteKey, ...token })));
  });

  it('all want one of the scopes in the token, where some are given', () => {
    const routes = routesOf({ ...JWT, JwtScopes: 'invitations:delete,admin' });
    expect(routes).toHaveLength(ROUTES.length);
    for (const one of routes) expect(one).toMatchObject({ AuthorizationScopes: ['invitations:delete', 'admin'] });
  });
});

describe('the authorizer of JSON Web Tokens', () => {
  it('is not there unless an issuer is given', () => {
    expect(readStack().types).not.toHaveProperty('JwtAuthorizer');
  });

  it('takes tokens of this issuer for these audiences', () => {
    expect(readStack(JWT).propertiesOf('JwtAuthorizer')).toEqual({
      ApiId: '<HttpApi>',
      Name: 'jwt',
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: JWT.JwtIssuer, Audience: ['offboarding', 'onboarding'] },
    });
  });
});

describe('the function of the HTTP API', () => {
  it('gets events of payload 2.0, and is waited for longer than it may take', () => {
    expect(readStack().propertiesOf('HttpApiIntegrationHttp')).toEqual({
      ApiId: '<HttpApi>',
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: '<HttpLambdaFunction>.Arn',
      PayloadFormatVersion: '2.0',
      // The most that an HTTP API can have; the function has 29 seconds.
      TimeoutInMillis: 30_000,
    });
  });

  it('may be invoked by this API, and by nobody else by a policy of its own', () => {
    expect(readStack().resourcesOf('AWS::Lambda::Permission', v.looseObject({}))).toEqual({
      HttpLambdaPermissionHttpApi: {
        FunctionName: '<HttpLambdaFunction>.Arn',
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: 'arn:aws:execute-api:eu-central-1:111122223333:<HttpApi>/*',
      },
    });
  });
});
