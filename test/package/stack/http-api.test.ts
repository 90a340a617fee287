import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import openApi from '../../../infra/api/openapi.json' with { type: 'json' };
import { readStack } from './cloudformation.ts';

const Route = v.object({
  RouteKey: v.string(),
  AuthorizationType: v.string(),
  AuthorizerId: v.optional(v.string()),
  AuthorizationScopes: v.optional(v.array(v.string())),
});
const ROUTES = [
  'DELETE /api/atlas/v2/orgs/{orgId}/invites/{invitationId}',
  'DELETE /api/atlas/v2/orgs/{orgId}/users/{userId}',
  'POST /cancellations',
];
const JWT = { JwtIssuer: 'https://idp.example.com', JwtAudience: 'offboarding,onboarding' };

function routesOf(values?: Record<string, string>) {
  return Object.values(readStack(values).resourcesOf('AWS::ApiGatewayV2::Route', Route));
}

describe('the routes of the HTTP API', () => {
  it('are these, and all of them want a signature of AWS IAM', () => {
    expect(routesOf()).toEqual(ROUTES.map((RouteKey) => ({ RouteKey, AuthorizationType: 'AWS_IAM' })));
  });

  it('all want a token instead, where an issuer is given', () => {
    expect(routesOf(JWT)).toEqual(
      ROUTES.map((RouteKey) => ({ RouteKey, AuthorizationType: 'JWT', AuthorizerId: '<JwtAuthorizer>' })),
    );
  });
});

describe('the scopes of JSON Web Tokens', () => {
  it('are asked for by all routes, where some are given', () => {
    const routes = routesOf({ ...JWT, JwtScopes: 'invitations:delete,admin' });
    expect(routes).toHaveLength(ROUTES.length);
    for (const route of routes) expect(route.AuthorizationScopes).toEqual(['invitations:delete', 'admin']);
  });
});

describe('the authorizer of JSON Web Tokens', () => {
  const authorizers = (values?: Record<string, string>) =>
    readStack(values).resourcesOf('AWS::ApiGatewayV2::Authorizer', v.looseObject({}));

  it('is not there unless an issuer is given', () => {
    expect(authorizers()).toEqual({});
  });

  it('takes tokens of this issuer for these audiences', () => {
    expect(authorizers(JWT)['JwtAuthorizer']).toMatchObject({
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: JWT.JwtIssuer, Audience: ['offboarding', 'onboarding'] },
    });
  });
});

describe('the stage of the HTTP API', () => {
  const Stage = v.looseObject({
    DefaultRouteSettings: v.object({ ThrottlingRateLimit: v.string(), ThrottlingBurstLimit: v.string() }),
    AccessLogSettings: v.object({ DestinationArn: v.string(), Format: v.string() }),
  });
  const stageOf = (values?: Record<string, string>) => {
    const { HttpApiStage } = readStack(values).resourcesOf('AWS::ApiGatewayV2::Stage', Stage);
    return v.parse(Stage, HttpApiStage);
  };

  it('lets in what Atlas has room for, and no more', () => {
    expect(stageOf().DefaultRouteSettings).toEqual({ ThrottlingRateLimit: '4', ThrottlingBurstLimit: '40' });
  });

  it("leaves Atlas's refill of an organization's bucket room, and its token endpoint too if all starts cold at once", () => {
    const { HttpThrottlingRate, HttpThrottlingBurst, QueueMaximumConcurrency } = readStack().parameters;
    const { CancellationStateMachine } = readStack().resourcesOf(
      'AWS::StepFunctions::StateMachine',
      v.looseObject({ DefinitionString: v.string() }),
    );
    const [, organizations] = /"MaxConcurrency": (\d+)/.exec(CancellationStateMachine?.DefinitionString ?? '') ?? [];
    const containers = [HttpThrottlingBurst?.Default, QueueMaximumConcurrency?.Default, organizations].map(Number);

    expect(Number(HttpThrottlingRate?.Default) * 60).toBeLessThanOrEqual(250);
    expect(containers.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(50);
  });

  it('lets in what a deployment says', () => {
    const given = stageOf({ HttpThrottlingRate: '100', HttpThrottlingBurst: '200' });
    expect(given.DefaultRouteSettings).toEqual({ ThrottlingRateLimit: '100', ThrottlingBurstLimit: '200' });
  });

  it('logs each access as JSON, to a group of its own', () => {
    const { DestinationArn, Format } = stageOf().AccessLogSettings;
    expect(DestinationArn).toBe('<HttpApiLogGroup>.Arn');
    expect(JSON.parse(Format)).toMatchObject({ requestId: '$context.requestId', route: '$context.routeKey' });
  });

  it.each(['path', 'sourceIp', 'caller', 'user', 'userArn', 'claims', 'userAgent'])(
    'logs no $context.…%s, which may hold an address',
    (variable) => {
      expect(stageOf().AccessLogSettings.Format).not.toMatch(new RegExp(`\\b${variable}\\b`));
    },
  );
});

it('alone may invoke its function', () => {
  const { HttpLambdaPermissionHttpApi } = readStack().resourcesOf('AWS::Lambda::Permission', v.looseObject({}));
  expect(HttpLambdaPermissionHttpApi).toEqual({
    FunctionName: '<HttpLambdaFunction>.Arn',
    Action: 'lambda:InvokeFunction',
    Principal: 'apigateway.amazonaws.com',
    SourceArn: 'arn:aws:execute-api:eu-central-1:111122223333:<HttpApi>/*',
  });
});

it('waits longer than its function may take', () => {
  const Integration = v.object({ TimeoutInMillis: v.number(), PayloadFormatVersion: v.literal('2.0') });
  const { HttpApiIntegrationHttp } = readStack().resourcesOf('AWS::ApiGatewayV2::Integration', Integration);
  const { HttpLambdaFunction } = readStack().resourcesOf('AWS::Lambda::Function', v.object({ Timeout: v.number() }));

  expect(HttpApiIntegrationHttp?.TimeoutInMillis).toBeGreaterThan((HttpLambdaFunction?.Timeout ?? Infinity) * 1000);
});

it('has the routes that its OpenAPI document describes, and no other', () => {
  const operations = Object.entries(openApi.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(operations.sort()).toEqual([...ROUTES].sort());
});
