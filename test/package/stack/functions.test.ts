import { describe, expect, it } from 'vitest';
import { readStack } from './cloudformation.ts';

/** What every function is told, of which an empty value counts as unset. */
const TOLD = {
  ATLAS_SECRET_ID: 'atlas-uninvite/dev',
  ATLAS_BASE_URL: '',
  ATLAS_ALLOWED_ORG_IDS: '',
  ATLAS_CANCEL_API: 'auto',
  ALLOW_MEMBER_REMOVAL: 'false',
};
const DECIDED = {
  AtlasSecretId: 'atlas/{orgId}',
  AtlasBaseUrl: 'https://cloud.mongodbgov.com',
  AtlasAllowedOrgIds: '0123456789abcdef01234567',
  AtlasCancelApi: 'users',
  AllowMemberRemoval: 'true',
};
const TOLD_AS_DECIDED = {
  ATLAS_SECRET_ID: DECIDED.AtlasSecretId,
  ATLAS_BASE_URL: DECIDED.AtlasBaseUrl,
  ATLAS_ALLOWED_ORG_IDS: DECIDED.AtlasAllowedOrgIds,
  ATLAS_CANCEL_API: DECIDED.AtlasCancelApi,
  ALLOW_MEMBER_REMOVAL: DECIDED.AllowMemberRemoval,
};
const DEAD_LETTERS = { DEAD_LETTER_QUEUE_URL: '<DeadLetterQueue>', UNVERIFIED_GONE: 'dead-letter' };

const doors = [
  { door: 'http', id: 'Http', seconds: 29, since: 'API Gateway gives up after 30', alone: {} },
  {
    door: 'queue',
    id: 'Queue',
    seconds: 60,
    since: 'a batch goes out side by side, with the patience for one',
    alone: DEAD_LETTERS,
  },
  { door: 'workflow', id: 'Workflow', seconds: 30, since: 'three tries of 10 seconds are enough', alone: {} },
];

it('has one function for each door', () => {
  const functions = Object.entries(readStack().types).filter(([, type]) => type === 'AWS::Lambda::Function');
  expect(functions.map(([id]) => id)).toEqual(doors.map(({ id }) => `${id}LambdaFunction`));
});

describe.each(doors)('the $door function', ({ door, id, seconds, since, alone }) => {
  const propertiesOf = (values?: Record<string, string>) => readStack(values).propertiesOf(`${id}LambdaFunction`);

  it(`has ${seconds} seconds, since ${since}; and no layer, no VPC and no reservation, nor anything not named here`, () => {
    expect(propertiesOf()).toEqual({
      FunctionName: `atlas-uninvite-dev-${door}`,
      Description: expect.any(String),
      Code: { S3Bucket: '<ServerlessDeploymentBucket>', S3Key: expect.stringMatching(RegExp(`/${door}\\.zip$`)) },
      Handler: `functions/${door}.handler`,
      Role: `<${id}Role>.Arn`,
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Timeout: seconds,
      // Waiting for Atlas needs no memory; a cold start with its TLS handshakes needs the processor time that comes with it.
      MemorySize: 512,
      Environment: { Variables: { ...TOLD, ...alone } },
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', SystemLogLevel: 'INFO' },
    });
  });

  it('is told what a deployment decides', () => {
    expect(propertiesOf(DECIDED)).toMatchObject({ Environment: { Variables: { ...TOLD_AS_DECIDED, ...alone } } });
  });

  it('is in the subnets and security groups that are given', () => {
    const given = { SubnetIds: 'subnet-1,subnet-2', SecurityGroupIds: 'sg-1,sg-2' };
    expect(propertiesOf(given)).toHaveProperty('VpcConfig', {
      SubnetIds: ['subnet-1', 'subnet-2'],
      SecurityGroupIds: ['sg-1', 'sg-2'],
    });
  });

  it('comes after its log group, or its first invocation would have none: it may not make one', () => {
    expect(readStack().dependenciesOf(`${id}LambdaFunction`)).toContain(`${id}LogGroup`);
  });
});

it('tells the queue function what to do with what nobody can verify', () => {
  expect(readStack({ UnverifiedGone: 'acknowledge' }).propertiesOf('QueueLambdaFunction')).toMatchObject({
    Environment: { Variables: { UNVERIFIED_GONE: 'acknowledge' } },
  });
});

it.each([
  ['HttpReservedConcurrency', 'HttpLambdaFunction'],
  ['WorkflowReservedConcurrency', 'WorkflowLambdaFunction'],
])('%s reserves concurrency for %s alone', (parameter, reserved) => {
  const stack = readStack({ [parameter]: '20' });
  expect(stack.propertiesOf(reserved)).toMatchObject({ ReservedConcurrentExecutions: '20' });
  for (const { id } of doors.filter((door) => `${door.id}LambdaFunction` !== reserved)) {
    expect(stack.propertiesOf(`${id}LambdaFunction`)).not.toHaveProperty('ReservedConcurrentExecutions');
  }
});
