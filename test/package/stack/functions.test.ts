import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../../infra/local/service-package.ts';
import { readStack } from './cloudformation.ts';

const LambdaFunction = v.looseObject({
  FunctionName: v.string(),
  Environment: v.object({ Variables: v.record(v.string(), v.string()) }),
  Role: v.string(),
  Timeout: v.number(),
  MemorySize: v.number(),
  ReservedConcurrentExecutions: v.optional(v.string()),
});

function functionsOf(values?: Record<string, string>) {
  return readStack(values).resourcesOf('AWS::Lambda::Function', LambdaFunction);
}

const functions = functionsOf();

it('has one function for each door', () => {
  expect(Object.keys(functions).sort()).toEqual([
    'HttpLambdaFunction',
    'QueueLambdaFunction',
    'WorkflowLambdaFunction',
  ]);
});

describe.each(Object.entries(functions))('%s', (id, properties) => {
  it('runs on Node.js 24, on arm64, traced, and logs JSON with levels', () => {
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', SystemLogLevel: 'INFO' },
    });
  });

  it('is told its secret, Atlas and its limits', () => {
    expect(properties.Environment.Variables).toMatchObject({
      ATLAS_SECRET_ID: 'atlas-uninvite/dev',
      ATLAS_BASE_URL: '',
      ATLAS_ALLOWED_ORG_IDS: '',
      ATLAS_CANCEL_API: 'auto',
      ALLOW_MEMBER_REMOVAL: 'false',
    });
  });

  it('has its memory and its timeout explained where they are chosen', async () => {
    const part = id.replace('LambdaFunction', '').toLowerCase();
    const source = await readFile(new URL(`infra/stack/${part}.yml`, projectRoot), 'utf8');
    expect(source).toMatch(/# .+\n\s+memorySize: \d+\n/);
    expect(source).toMatch(/# .+\n\s+timeout: \d+\n/);
  });

  it('is outside any VPC unless subnets are given', () => {
    expect(properties).not.toHaveProperty('VpcConfig');
  });

  it('is in the subnets and security groups that are given', () => {
    const given = functionsOf({ SubnetIds: 'subnet-1,subnet-2', SecurityGroupIds: 'sg-1' });
    expect(given[id]?.['VpcConfig']).toEqual({ SubnetIds: ['subnet-1', 'subnet-2'], SecurityGroupIds: ['sg-1'] });
  });

  it('takes nothing from the concurrency of the account unless it is told to', () => {
    expect(properties).not.toHaveProperty('ReservedConcurrentExecutions');
  });
});

it('gives each function a role of its own', () => {
  const roles = Object.values(functions).map(({ Role }) => Role);
  expect(new Set(roles).size).toBe(roles.length);
});

it.each([
  ['HttpReservedConcurrency', 'HttpLambdaFunction'],
  ['WorkflowReservedConcurrency', 'WorkflowLambdaFunction'],
])('%s reserves concurrency for %s alone', (parameter, id) => {
  const reserved = Object.entries(functionsOf({ [parameter]: '20' })).filter(
    ([, given]) => given.ReservedConcurrentExecutions,
  );
  expect(reserved).toEqual([[id, expect.objectContaining({ ReservedConcurrentExecutions: '20' })]]);
});

describe('the log groups', () => {
  const LogGroup = v.object({ LogGroupName: v.string(), RetentionInDays: v.number() });
  const groups = Object.values(readStack().resourcesOf('AWS::Logs::LogGroup', LogGroup));

  it('all expire', () => {
    for (const { RetentionInDays } of groups) expect(RetentionInDays).toBe(90);
  });

  it('are there for each function, before it would make one that never expires', () => {
    const names = groups.map(({ LogGroupName }) => LogGroupName);
    expect(names).toEqual(
      expect.arrayContaining(Object.values(functions).map((it) => `/aws/lambda/${it.FunctionName}`)),
    );
  });
});
