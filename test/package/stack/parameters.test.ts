import { describe, expect, it } from 'vitest';
import { readStack } from './cloudformation.ts';

const { parameters } = readStack();

/** CloudFormation matches the whole value. */
function allows(name: string, value: string): boolean {
  return new RegExp(`^(?:${parameters[name]?.AllowedPattern ?? '.*'})$`).test(value);
}

describe.each(Object.entries(parameters))('%s', (name, { Default, AllowedValues, Description }) => {
  it('takes its own default', () => {
    expect(allows(name, Default)).toBe(true);
    expect(AllowedValues ?? [Default]).toContain(Default);
  });

  it('says what it decides, within what CloudFormation keeps of it', () => {
    expect(Description).toMatch(/\.$/);
    expect(Description.length).toBeLessThanOrEqual(4000);
  });
});

const TOPIC = 'arn:aws:sns:eu-central-1:111122223333:offboarding';
const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const ORG = '0123456789abcdef01234567';

it.each([
  ['AtlasBaseUrl', 'http://cloud.mongodb.com'],
  ['AtlasAllowedOrgIds', 'my-org'],
  ['AtlasAllowedOrgIds', ORG.toUpperCase()],
  ['AtlasSecretKmsKeyArn', '*'],
  ['SubnetIds', 'subnet-1, subnet-2'],
  ['SecurityGroupIds', 'default'],
  ['JwtIssuer', 'http://idp.example.com'],
  ['JwtAudience', 'a, b'],
  ['JwtScopes', 'invitations:delete, admin'],
  ['HttpReservedConcurrency', '0'],
  ['ProducerAccountIds', '*'],
  ['ProducerTopicArns', 'arn:aws:sns:eu-central-1:111122223333:*'],
  ['ProducerTopicArns', 'offboarding'],
  ['QueueKmsKeyArn', 'alias/aws/sqs'],
  ['PreflightOrgIds', `${ORG}, ${ORG}`],
  ['PreflightTime', 'every day'],
  ['AlarmTopicArn', 'operators'],
])('%s refuses %j before anything is deployed', (name, value) => {
  expect(parameters).toHaveProperty(name);
  expect(allows(name, value)).toBe(false);
});

it.each([
  ['AtlasBaseUrl', 'https://cloud.mongodbgov.com'],
  ['AtlasAllowedOrgIds', `${ORG}, 76543210fedcba9876543210`],
  ['AtlasSecretKmsKeyArn', KEY],
  ['SubnetIds', 'subnet-0a1b2c,subnet-3d4e5f'],
  ['SecurityGroupIds', 'sg-0a1b2c'],
  ['JwtIssuer', 'https://idp.example.com/realms/staff'],
  ['JwtAudience', 'offboarding,https://api.example.com'],
  ['JwtScopes', 'invitations:delete,https://api.example.com/admin'],
  ['HttpReservedConcurrency', '20'],
  ['ProducerAccountIds', '111122223333,444455556666'],
  ['ProducerTopicArns', `${TOPIC},${TOPIC}-2`],
  ['QueueKmsKeyArn', KEY],
  ['EventSources', 'com.example.hr,com.example.it'],
  ['EventDetailTypes', 'Person Left,Contract Ended'],
  ['PreflightOrgIds', `${ORG},76543210fedcba9876543210`],
  ['PreflightTime', 'rate(1 day)'],
  ['AlarmTopicArn', TOPIC],
])('%s takes %j', (name, value) => {
  expect(parameters).toHaveProperty(name);
  expect(allows(name, value)).toBe(true);
});

describe('parameters that need one another', () => {
  const subnets = { SubnetIds: 'subnet-1' };
  const groups = { SecurityGroupIds: 'sg-1' };
  const issuer = { JwtIssuer: 'https://idp.example.com' };
  const audience = { JwtAudience: 'offboarding' };
  const scopes = { JwtScopes: 'invitations:delete' };
  const types = { EventDetailTypes: 'Person Left' };

  it.each([
    [subnets, 'SecurityGroupIds'],
    [groups, 'SubnetIds'],
    [issuer, 'JwtAudience'],
    [audience, 'JwtIssuer'],
    [scopes, 'JwtIssuer'],
    [types, 'EventSources'],
  ])('%j alone is refused before anything is deployed, since there is no %s', (given, missing) => {
    expect(readStack(given).refusals).toEqual([expect.stringContaining(missing)]);
  });

  it.each([
    {},
    { ...subnets, ...groups },
    { ...issuer, ...audience },
    { ...issuer, ...audience, ...scopes },
    { ...types, EventSources: 'com.example.hr' },
    { EventSources: 'com.example.hr' },
  ])('%j is taken', (given) => {
    expect(readStack(given).refusals).toEqual([]);
  });
});
