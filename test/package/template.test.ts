import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { readStack } from './cloudformation.ts';

const LambdaFunction = v.looseObject({
  Environment: v.object({ Variables: v.record(v.string(), v.string()) }),
  Role: v.string(),
  Timeout: v.number(),
});

describe('every function', () => {
  const functions = readStack().resourcesOf('AWS::Lambda::Function', LambdaFunction);

  it.each(Object.entries(functions))('%s runs on Node.js 24, on arm64, traced, and logs JSON', (_, properties) => {
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO' },
    });
  });

  it.each(Object.entries(functions))('%s is told its secret, Atlas and its limits', (_, { Environment }) => {
    expect(Environment.Variables).toMatchObject({
      ATLAS_SECRET_ID: 'atlas-uninvite/dev',
      ATLAS_BASE_URL: '',
      ATLAS_ALLOWED_ORG_IDS: '',
      ATLAS_CANCEL_API: 'auto',
      ALLOW_MEMBER_REMOVAL: 'false',
    });
  });

  it('has a role of its own', () => {
    const roles = Object.values(functions).map(({ Role }) => Role);
    expect(new Set(roles).size).toBe(roles.length);
  });

  it('writes to a log group that expires', () => {
    const groups = readStack().resourcesOf(
      'AWS::Logs::LogGroup',
      v.object({ LogGroupName: v.string(), RetentionInDays: v.number() }),
    );
    expect(Object.keys(groups).length).toBeGreaterThanOrEqual(Object.keys(functions).length);
    for (const { RetentionInDays } of Object.values(groups)) expect(RetentionInDays).toBe(90);
  });

  it('is outside any VPC unless subnets are given', () => {
    for (const properties of Object.values(functions)) expect(properties).not.toHaveProperty('VpcConfig');
  });

  it('is in the subnets and security groups that are given', () => {
    const stack = readStack({ SubnetIds: 'subnet-1,subnet-2', SecurityGroupIds: 'sg-1' });
    for (const properties of Object.values(stack.resourcesOf('AWS::Lambda::Function', LambdaFunction))) {
      expect(properties['VpcConfig']).toEqual({ SubnetIds: ['subnet-1', 'subnet-2'], SecurityGroupIds: ['sg-1'] });
    }
  });
});

describe('the HTTP API', () => {
  it('has these routes, and all of them want a signature of AWS IAM', () => {
    const Route = v.object({ RouteKey: v.string(), AuthorizationType: v.string() });
    const routes = Object.values(readStack().resourcesOf('AWS::ApiGatewayV2::Route', Route));

    expect(Object.fromEntries(routes.map(({ RouteKey, AuthorizationType }) => [RouteKey, AuthorizationType]))).toEqual({
      'DELETE /api/atlas/v2/orgs/{orgId}/invites/{invitationId}': 'AWS_IAM',
      'DELETE /api/atlas/v2/orgs/{orgId}/users/{userId}': 'AWS_IAM',
      'POST /cancellations': 'AWS_IAM',
    });
  });

  it('waits longer than its function may take', () => {
    const Integration = v.object({ TimeoutInMillis: v.number(), PayloadFormatVersion: v.literal('2.0') });
    const { HttpApiIntegrationHttp } = readStack().resourcesOf('AWS::ApiGatewayV2::Integration', Integration);
    const { HttpLambdaFunction } = readStack().resourcesOf('AWS::Lambda::Function', LambdaFunction);

    expect(HttpApiIntegrationHttp?.TimeoutInMillis).toBeGreaterThan((HttpLambdaFunction?.Timeout ?? Infinity) * 1000);
  });
});

describe('the parameters', () => {
  it.each([
    ['AtlasBaseUrl', 'http://cloud.mongodb.com'],
    ['AtlasAllowedOrgIds', 'my-org'],
    ['AtlasAllowedOrgIds', '0123456789ABCDEF01234567'],
    ['AtlasSecretKmsKeyArn', '*'],
    ['SubnetIds', 'subnet-1, subnet-2'],
    ['SecurityGroupIds', 'default'],
  ])('%s refuses %j before anything is deployed', (name, value) => {
    expect(allows(name, value)).toBe(false);
  });

  it.each([
    ['AtlasBaseUrl', 'https://cloud.mongodbgov.com'],
    ['AtlasAllowedOrgIds', '0123456789abcdef01234567, 76543210fedcba9876543210'],
    ['SubnetIds', 'subnet-0a1b2c,subnet-3d4e5f'],
    ['SecurityGroupIds', 'sg-0a1b2c'],
  ])('%s takes %j', (name, value) => {
    expect(allows(name, value)).toBe(true);
  });

  it.each(Object.keys(readStack().parameters))('%s takes its own default', (name) => {
    expect(allows(name, readStack().parameters[name]?.Default ?? 'none')).toBe(true);
  });

  /** CloudFormation matches the whole value. */
  function allows(name: string, value: string): boolean {
    const { AllowedPattern = '.*' } = v.parse(
      v.object({ AllowedPattern: v.optional(v.string()) }),
      readStack().parameters[name],
    );
    return new RegExp(`^(?:${AllowedPattern})$`).test(value);
  }
});
