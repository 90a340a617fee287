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
const Role = v.looseObject({
  Policies: v.array(v.object({ PolicyDocument: v.looseObject({ Statement: v.array(Statement) }) })),
  ManagedPolicyArns: v.optional(v.never()),
});

function statementsOf(role: string, values: Record<string, string> = {}): v.InferOutput<typeof Statement>[] {
  const properties = readStack(values).resourcesOf('AWS::IAM::Role', Role)[role];
  return (properties?.Policies ?? []).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

function statement(role: string, sid: string, values?: Record<string, string>) {
  return statementsOf(role, values).find(({ Sid }) => Sid === sid);
}

const VPC = { SubnetIds: 'subnet-1', SecurityGroupIds: 'sg-1' };
const roles = Object.keys(readStack().resourcesOf('AWS::IAM::Role', Role));

describe.each(roles)('%s', (role) => {
  it('may do nothing to every resource, but for tracing, where AWS has nothing narrower', () => {
    const everywhere = statementsOf(role).filter(
      ({ Effect, Resource }) => Effect === 'Allow' && Resource.some((arn) => /^\*$|:\*$/.test(arn)),
    );
    expect(everywhere.flatMap(({ Action }) => Action)).toEqual(['xray:PutTraceSegments', 'xray:PutTelemetryRecords']);
  });

  it('names each action', () => {
    expect(
      statementsOf(role, VPC)
        .flatMap(({ Action }) => Action)
        .join(' '),
    ).not.toContain('*');
  });

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

  it('decrypts with no key unless the secret has one of its own', () => {
    expect(statement(role, 'DecryptSecret')).toBeUndefined();
  });

  it("decrypts with the secret's own key through Secrets Manager only", () => {
    const key = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    expect(statement(role, 'DecryptSecret', { AtlasSecretKmsKeyArn: key })).toMatchObject({
      Action: ['kms:Decrypt'],
      Resource: [key],
      Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com' } },
    });
  });

  it('touches no network interface outside a VPC', () => {
    expect(
      statementsOf(role)
        .flatMap(({ Action }) => Action)
        .join(' '),
    ).not.toContain('ec2:');
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
});

describe('HttpRole', () => {
  it('writes to the log group of its function only', () => {
    expect(statement('HttpRole', 'WriteLogs')).toEqual({
      Sid: 'WriteLogs',
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: ['<HttpLogGroup>.Arn'],
    });
  });

  it('may do nothing else', () => {
    expect(statementsOf('HttpRole').map(({ Sid }) => Sid)).toEqual(['WriteLogs', 'ReadSecret', 'SendTraces']);
  });
});
