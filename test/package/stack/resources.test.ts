import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../../infra/local/service-package.ts';
import { readStack } from './cloudformation.ts';

/** Values that bring in whatever is only there by parameter. */
const EVERYTHING = {
  JwtIssuer: 'https://idp.example.com',
  JwtAudience: 'offboarding',
  EventSources: 'com.example.hr',
  PreflightOrgIds: '0123456789abcdef01234567',
};
const { types, outputs } = readStack(EVERYTHING);
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
    const Alarm = v.object({ Metrics: v.optional(v.array(v.looseObject({ MetricStat: v.optional(v.unknown()) }))) });
    const alarms = Object.values(readStack().resourcesOf('AWS::CloudWatch::Alarm', Alarm));
    const metrics = alarms.map(({ Metrics }) => Metrics?.filter(({ MetricStat }) => MetricStat).length ?? 1);
    expect(page).toMatch(new RegExp(`^\\| alarms +\\| ${metrics.reduce((sum, one) => sum + one)} metrics`, 'm'));
  });
});

it('tells where everything is', () => {
  expect(outputs).toMatchObject({
    HttpApiUrl: 'https://<HttpApi>.execute-api.eu-central-1.amazonaws.com',
    QueueUrl: '<Queue>',
    QueueArn: '<Queue>.Arn',
    DeadLetterQueueUrl: '<DeadLetterQueue>',
    CancellationStateMachineArn: '<CancellationStateMachine>',
    PreflightStateMachineArn: '<PreflightStateMachine>',
  });
});

it('keeps the archives of deployments encrypted and to itself', () => {
  const { ServerlessDeploymentBucket } = readStack().resourcesOf('AWS::S3::Bucket', v.looseObject({}));
  expect(ServerlessDeploymentBucket).toMatchObject({
    BucketEncryption: expect.anything(),
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
  });
});

it('makes nothing that holds a secret: that is named by parameter', () => {
  expect(Object.values(types).filter((type) => /SecretsManager|SSM/.test(type))).toEqual([]);
});
