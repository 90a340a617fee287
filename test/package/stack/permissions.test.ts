import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { readStack } from './cloudformation.ts';

const list = v.pipe(
  v.union([v.string(), v.array(v.string())]),
  v.transform((value) => [value].flat()),
);
const Statement = v.object({
  Sid: v.string(),
  Effect: v.picklist(['Allow', 'Deny']),
  Action: list,
  Resource: list,
  Condition: v.optional(v.unknown()),
});
const Trust = v.object({
  Principal: v.object({ Service: v.string() }),
  Action: v.literal('sts:AssumeRole'),
  Condition: v.optional(v.unknown()),
});
const Role = v.looseObject({
  AssumeRolePolicyDocument: v.looseObject({ Statement: v.array(Trust) }),
  Policies: v.array(v.object({ PolicyDocument: v.looseObject({ Statement: v.array(Statement) }) })),
  ManagedPolicyArns: v.optional(v.never()),
});

const SCHEDULED = { PreflightOrgIds: '0123456789abcdef01234567' };
const VPC = { SubnetIds: 'subnet-1', SecurityGroupIds: 'sg-1' };

function rolesOf(values: Record<string, string> = {}) {
  return readStack({ ...SCHEDULED, ...values }).resourcesOf('AWS::IAM::Role', Role);
}

function statementsOf(role: string, values?: Record<string, string>): v.InferOutput<typeof Statement>[] {
  return (rolesOf(values)[role]?.Policies ?? []).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

function statement(role: string, sid: string, values?: Record<string, string>) {
  return statementsOf(role, values).find(({ Sid }) => Sid === sid);
}

const FUNCTIONS = ['HttpRole', 'QueueRole', 'WorkflowRole'];
/** What knows no resource (Service Authorization Reference). */
const WITHOUT_RESOURCE = ['SendTraces', 'DeliverLogs'];

it('has a role for each function, for the state machines and for the schedule, and no other', () => {
  expect(Object.keys(rolesOf()).sort()).toEqual([...FUNCTIONS, 'StateMachineRole', 'PreflightScheduleRole'].sort());
});

describe.each(Object.entries(rolesOf()))('%s', (role, { AssumeRolePolicyDocument }) => {
  it('is assumed by one service, and by one that acts for many only on behalf of this account', () => {
    const [trust, ...others] = AssumeRolePolicyDocument.Statement;
    expect(others).toEqual([]);
    if (trust?.Principal.Service === 'lambda.amazonaws.com') return;
    expect(trust?.Condition).toEqual({ StringEquals: { 'aws:SourceAccount': '111122223333' } });
  });

  it('may do nothing to every resource, where AWS has something narrower', () => {
    const everywhere = statementsOf(role).filter(
      ({ Effect, Resource }) => Effect === 'Allow' && Resource.some((arn) => /^\*$|:\*$/.test(arn)),
    );
    expect(WITHOUT_RESOURCE).toEqual(expect.arrayContaining(everywhere.map(({ Sid }) => Sid)));
  });

  it('names each action', () => {
    const actions = statementsOf(role, VPC).flatMap(({ Action }) => Action);
    expect(actions.join(' ')).not.toContain('*');
  });
});

describe.each(FUNCTIONS)('%s', (role) => {
  const account = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret';
  const anyOrg = '?'.repeat(24);
  it.each([
    { secretId: 'atlas/prod', resources: [`${account}:atlas/prod-??????`] },
    { secretId: 'atlas/{orgId}/credentials', resources: [`${account}:atlas/${anyOrg}/credentials-??????`] },
    { secretId: `${account}:atlas-a1B2c3`, resources: [`${account}:atlas-a1B2c3`, `${account}:atlas-a1B2c3-??????`] },
    {
      secretId: `${account}:atlas/{orgId}`,
      resources: [`${account}:atlas/${anyOrg}`, `${account}:atlas/${anyOrg}-??????`],
    },
  ])('reads the secret $secretId only, and its current version only', ({ secretId, resources }) => {
    const reading = statementsOf(role, { AtlasSecretId: secretId }).filter(({ Action }) =>
      `${Action}`.includes('secretsmanager:'),
    );
    expect(reading).toEqual([
      {
        Sid: 'ReadSecret',
        Effect: 'Allow',
        Action: ['secretsmanager:GetSecretValue'],
        Resource: resources,
        Condition: { StringEquals: { 'secretsmanager:VersionStage': 'AWSCURRENT' } },
      },
    ]);
  });

  it("decrypts with the secret's own key through Secrets Manager only", () => {
    const key = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    expect(statement(role, 'DecryptSecret', { AtlasSecretKmsKeyArn: key })).toMatchObject({
      Action: ['kms:Decrypt'],
      Resource: [key],
      Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com' } },
    });
  });

  it('lets Lambda attach the function to a VPC, and refuses the same to its code', () => {
    const attach = statement(role, 'AttachToVpc', VPC);
    const keep = statement(role, 'KeepVpcFromCode', VPC);
    expect(attach).toMatchObject({ Effect: 'Allow', Resource: ['*'] });
    expect(keep).toMatchObject({ Effect: 'Deny', Resource: ['*'], Action: attach?.Action });
    expect(keep?.Condition).toEqual({
      ArnLike: { 'lambda:SourceFunctionArn': 'arn:aws:lambda:eu-central-1:111122223333:function:atlas-uninvite-dev-*' },
    });
  });

  it('writes to the log group of its function only', () => {
    expect(statement(role, 'WriteLogs')).toMatchObject({
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: [`<${role.replace('Role', 'LogGroup')}>.Arn`],
    });
  });
});

it.each([
  ['HttpRole', ['WriteLogs', 'ReadSecret', 'SendTraces']],
  ['QueueRole', ['WriteLogs', 'WorkQueue', 'SendDeadLetters', 'ReadSecret', 'SendTraces']],
  ['WorkflowRole', ['WriteLogs', 'ReadSecret', 'SendTraces']],
  ['StateMachineRole', ['InvokeFunction', 'DeliverLogs', 'SendTraces']],
  ['PreflightScheduleRole', ['StartPreflight']],
])('%s may do %j and nothing else, without keys and a VPC', (role, sids) => {
  expect(statementsOf(role).map(({ Sid }) => Sid)).toEqual(sids);
});

describe('QueueRole', () => {
  it('takes messages from its queue only, and sends to the dead-letter queue only', () => {
    expect(statement('QueueRole', 'WorkQueue')).toMatchObject({
      Action: [
        'sqs:ReceiveMessage',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:GetQueueUrl',
        'sqs:ChangeMessageVisibility',
      ],
      Resource: ['<Queue>.Arn'],
    });
    expect(statement('QueueRole', 'SendDeadLetters')).toMatchObject({
      Action: ['sqs:SendMessage'],
      Resource: ['<DeadLetterQueue>.Arn'],
    });
  });

  it("uses the queues' own key through SQS only", () => {
    const key = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    expect(statement('QueueRole', 'UseQueueKey', { QueueKmsKeyArn: key })).toMatchObject({
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: [key],
      Condition: { StringEquals: { 'kms:ViaService': 'sqs.eu-central-1.amazonaws.com' } },
    });
  });
});

it('lets the state machines invoke the workflow function only, and the schedule start the preflight only', () => {
  expect(statement('StateMachineRole', 'InvokeFunction')).toMatchObject({
    Action: ['lambda:InvokeFunction'],
    Resource: ['<WorkflowLambdaFunction>.Arn'],
  });
  expect(statement('PreflightScheduleRole', 'StartPreflight')).toMatchObject({
    Action: ['states:StartExecution'],
    Resource: ['<PreflightStateMachine>'],
  });
});
