import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../../infra/local/service-package.ts';
import { alarmsOf } from './alarm.ts';
import { readStack } from './cloudformation.ts';

/** Values that bring in whatever is only there by parameter. */
const EVERYTHING = {
  JwtIssuer: 'https://idp.example.com',
  JwtAudience: 'offboarding',
  EventSources: 'com.example.hr',
  PreflightOrgIds: '0123456789abcdef01234567',
};
const { types, outputs, propertiesOf } = readStack(EVERYTHING);
const page = await readFile(new URL('infra/stack/RESOURCES.md', projectRoot), 'utf8');

describe('infra/stack/RESOURCES.md', () => {
  const listed = [...page.matchAll(/^\| `(\w+)` +\| (.+?) +\|$/gm)].map(([, id, what]) => ({ id, what: what ?? '' }));

  it('lists each resource of the stack once, and no other', () => {
    expect(listed.map(({ id }) => id).sort()).toEqual(Object.keys(types).sort());
  });

  it('says of those that are not always there when they are', () => {
    const always = readStack().types;
    for (const { id = '', what } of listed) {
      expect(/only with|likewise/.test(what), id).toBe(!(id in always));
    }
  });

  it('counts the metrics of the alarms, which are what an idle month pays for', () => {
    const metrics = Object.values(alarmsOf()).flatMap(({ of }) => of);
    expect(page).toMatch(new RegExp(`^\\| alarms +\\| ${metrics.length} metrics`, 'm'));
  });
});

it('tells where everything is, and nothing else', () => {
  expect(outputs).toEqual({
    HttpApiId: '<HttpApi>',
    HttpApiUrl: 'https://<HttpApi>.execute-api.eu-central-1.amazonaws.com',
    QueueUrl: '<Queue>',
    QueueArn: '<Queue>.Arn',
    DeadLetterQueueUrl: '<DeadLetterQueue>',
    CancellationStateMachineArn: '<CancellationStateMachine>',
    PreflightStateMachineArn: '<PreflightStateMachine>',
    ServerlessDeploymentBucketName: '<ServerlessDeploymentBucket>',
  });
});

describe('the archives of deployments', () => {
  it('are encrypted, and to be made public by no policy and no list', () => {
    expect(propertiesOf('ServerlessDeploymentBucket')).toEqual({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
  });

  it('come and go over TLS only', () => {
    const statement = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: ['arn:aws:s3:::<ServerlessDeploymentBucket>/*', 'arn:aws:s3:::<ServerlessDeploymentBucket>'],
      Condition: { Bool: { 'aws:SecureTransport': false } },
    };
    expect(propertiesOf('ServerlessDeploymentBucketPolicy')).toEqual({
      Bucket: '<ServerlessDeploymentBucket>',
      PolicyDocument: { Statement: [statement] },
    });
  });
});

it('makes nothing that holds a secret: that is named by parameter', () => {
  expect(Object.values(types).filter((type) => /SecretsManager|SSM/.test(type))).toEqual([]);
});
