import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { readStack } from './cloudformation.ts';

const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const SCHEDULED = { PreflightOrgIds: '0123456789abcdef01234567' };

const allow = (Sid: string, Action: unknown, Resource: unknown) => ({ Sid, Effect: 'Allow', Action, Resource });
/** Through this service only, since the key may encrypt other things too. */
const through = (service: string) => ({ StringEquals: { 'kms:ViaService': `${service}.eu-central-1.amazonaws.com` } });

// No logs:CreateLogGroup: the stack makes the group, with its retention.
const writeLogs = (group: string) =>
  allow('WriteLogs', ['logs:CreateLogStream', 'logs:PutLogEvents'], `<${group}>.Arn`);
const readSecret = {
  ...allow('ReadSecret', 'secretsmanager:GetSecretValue', [
    'arn:aws:secretsmanager:eu-central-1:111122223333:secret:atlas-uninvite/dev-??????',
  ]),
  Condition: { StringEquals: { 'secretsmanager:VersionStage': 'AWSCURRENT' } },
};
const decryptSecret = { ...allow('DecryptSecret', 'kms:Decrypt', KEY), Condition: through('secretsmanager') };
const TRACING = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];
const sendTraces = allow('SendTraces', TRACING, '*'); // It knows no resource (Service Authorization Reference).
const attachToVpc = allow(
  'AttachToVpc',
  [
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ],
  '*', // Lambda asks for these on any resource (Lambda guide, configuration-vpc).
);
/** What Lambda may do for the function is refused to the code of the function. */
const keepVpcFromCode = {
  ...attachToVpc,
  Sid: 'KeepVpcFromCode',
  Effect: 'Deny',
  Condition: {
    ArnLike: { 'lambda:SourceFunctionArn': 'arn:aws:lambda:eu-central-1:111122223333:function:atlas-uninvite-dev-*' },
  },
};
const common = [readSecret, decryptSecret, sendTraces, attachToVpc, keepVpcFromCode];

const roles = [
  { role: 'HttpRole', service: 'lambda', statements: [writeLogs('HttpLogGroup'), ...common] },
  {
    role: 'QueueRole',
    service: 'lambda',
    statements: [
      writeLogs('QueueLogGroup'),
      allow(
        'WorkQueue',
        [
          // The mapping polls under the function's role ...
          'sqs:ReceiveMessage',
          'sqs:DeleteMessage',
          'sqs:GetQueueAttributes',
          // ... and the function says when a message is to come back.
          'sqs:GetQueueUrl',
          'sqs:ChangeMessageVisibility',
        ],
        '<Queue>.Arn',
      ),
      allow('SendDeadLetters', 'sqs:SendMessage', '<DeadLetterQueue>.Arn'),
      { ...allow('UseQueueKey', ['kms:Decrypt', 'kms:GenerateDataKey'], `${KEY}-of-queue`), Condition: through('sqs') },
      ...common,
    ],
  },
  { role: 'WorkflowRole', service: 'lambda', statements: [writeLogs('WorkflowLogGroup'), ...common] },
  {
    role: 'StateMachineRole',
    service: 'states',
    statements: [
      allow('InvokeFunction', 'lambda:InvokeFunction', '<WorkflowLambdaFunction>.Arn'),
      // The delivery of logs knows no resource (Step Functions guide, cw-logs).
      allow(
        'DeliverLogs',
        [
          'logs:CreateLogDelivery',
          'logs:GetLogDelivery',
          'logs:UpdateLogDelivery',
          'logs:DeleteLogDelivery',
          'logs:ListLogDeliveries',
          'logs:PutResourcePolicy',
          'logs:DescribeResourcePolicies',
          'logs:DescribeLogGroups',
        ],
        '*',
      ),
      // A state machine decides by itself what is sampled, where Lambda does it for a function.
      allow('SendTraces', [...TRACING, 'xray:GetSamplingRules', 'xray:GetSamplingTargets'], '*'),
    ],
  },
  {
    role: 'PreflightScheduleRole',
    service: 'scheduler',
    statements: [allow('StartPreflight', 'states:StartExecution', '<PreflightStateMachine>')],
  },
];
/** Statements that are only there with these parameters. */
const optional: readonly { readonly given: Record<string, string>; readonly brings: readonly string[] }[] = [
  { given: {}, brings: [] },
  { given: { AtlasSecretKmsKeyArn: KEY }, brings: ['DecryptSecret'] },
  { given: { QueueKmsKeyArn: `${KEY}-of-queue` }, brings: ['UseQueueKey'] },
  { given: { SubnetIds: 'subnet-1', SecurityGroupIds: 'sg-1' }, brings: ['AttachToVpc', 'KeepVpcFromCode'] },
];
const ONLY_BY_PARAMETER = optional.flatMap(({ brings }) => brings);

describe.each(roles)('$role', ({ role, service, statements }) => {
  // A service that acts for many assumes it on behalf of this account only (IAM guide, confused-deputy).
  const trust = service === 'lambda' ? {} : { Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } } };

  it.each(optional)(
    `is assumed by ${service} alone, and may do what it has to and nothing else, with $given`,
    ({ given, brings }) => {
      const there = statements.filter(({ Sid }) => !ONLY_BY_PARAMETER.includes(Sid) || brings.includes(Sid));
      expect(readStack({ ...SCHEDULED, ...given }).propertiesOf(role)).toEqual({
        Description: expect.any(String),
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: `${service}.amazonaws.com` }, Action: 'sts:AssumeRole', ...trust },
          ],
        },
        Policies: [{ PolicyName: expect.any(String), PolicyDocument: { Version: '2012-10-17', Statement: there } }],
      });
    },
  );
});

it('has no role beside these', () => {
  expect(Object.keys(readStack(SCHEDULED).resourcesOf('AWS::IAM::Role', v.unknown())).sort()).toEqual(
    roles.map(({ role }) => role).sort(),
  );
});
