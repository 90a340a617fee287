import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { readStack } from './cloudformation.ts';

const { parameters } = readStack();

const Constraints = v.strictObject({
  Type: v.picklist(['String', 'Number']),
  Default: v.string(),
  Description: v.string(),
  AllowedPattern: v.optional(v.string(), '.*'),
  AllowedValues: v.optional(v.array(v.string())),
  MinLength: v.optional(v.number(), 0),
  MaxLength: v.optional(v.number(), 4096),
  MinValue: v.optional(v.number(), -Infinity),
  MaxValue: v.optional(v.number(), Infinity),
});

/** Whether CloudFormation takes this value; it matches the whole of it with the pattern. */
function allows(name: string, value: string): boolean {
  const is = v.parse(Constraints, parameters[name]);
  if (is.Type === 'Number') return /^\d+$/.test(value) && Number(value) >= is.MinValue && Number(value) <= is.MaxValue;
  return (
    new RegExp(`^(?:${is.AllowedPattern})$`).test(value) &&
    (is.AllowedValues ?? [value]).includes(value) &&
    value.length >= is.MinLength &&
    value.length <= is.MaxLength
  );
}

describe.each(Object.entries(parameters))('%s', (name, { Default, Description }) => {
  it('takes its own default', () => {
    expect(allows(name, Default)).toBe(true);
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
  ['AtlasSecretId', ''],
  ['AtlasSecretId', 'x'.repeat(513)],
  ['AtlasBaseUrl', 'http://cloud.mongodb.com'],
  ['AtlasCancelApi', ''],
  ['AtlasCancelApi', 'both'],
  ['AllowMemberRemoval', 'yes'],
  ['AtlasAllowedOrgIds', 'my-org'],
  ['AtlasAllowedOrgIds', ORG.toUpperCase()],
  ['AtlasSecretKmsKeyArn', '*'],
  ['SubnetIds', 'subnet-1, subnet-2'],
  ['SecurityGroupIds', 'default'],
  ['JwtIssuer', 'http://idp.example.com'],
  ['JwtAudience', 'a, b'],
  ['JwtScopes', 'invitations:delete, admin'],
  ['HttpThrottlingRate', '0'],
  ['HttpThrottlingRate', '10001'],
  ['HttpThrottlingBurst', '0'],
  ['HttpThrottlingBurst', '5001'],
  ['HttpReservedConcurrency', '0'],
  ['WorkflowReservedConcurrency', '0'],
  ['ProducerAccountIds', '*'],
  ['ProducerTopicArns', 'arn:aws:sns:eu-central-1:111122223333:*'],
  ['ProducerTopicArns', 'offboarding'],
  ['EventSources', 'com.example.hr, com.example.it'],
  ['EventDetailTypes', 'Person Left,'],
  ['EventBusName', ''],
  ['QueueKmsKeyArn', 'alias/aws/sqs'],
  ['QueueEnabled', 'no'],
  ['QueueMaximumConcurrency', '1'],
  // Each container holds two tokens while it renews one, and a service account has 100.
  ['QueueMaximumConcurrency', '46'],
  ['UnverifiedGone', 'ignore'],
  ['PreflightOrgIds', `${ORG}, ${ORG}`],
  ['PreflightTime', 'every day'],
  ['AlarmTopicArn', 'operators'],
])('%s refuses %j before anything is deployed', (name, value) => {
  expect(allows(name, value)).toBe(false);
});

it.each([
  ['AtlasSecretId', 'a'],
  ['AtlasBaseUrl', 'https://cloud.mongodbgov.com'],
  ['AtlasCancelApi', 'invites'],
  ['AtlasCancelApi', 'users'],
  ['AllowMemberRemoval', 'true'],
  ['AtlasAllowedOrgIds', `${ORG}, 76543210fedcba9876543210`],
  ['AtlasSecretKmsKeyArn', KEY],
  ['SubnetIds', 'subnet-0a1b2c,subnet-3d4e5f'],
  ['SecurityGroupIds', 'sg-0a1b2c'],
  ['JwtIssuer', 'https://idp.example.com/realms/staff'],
  ['JwtAudience', 'offboarding,https://api.example.com'],
  ['JwtScopes', 'invitations:delete,https://api.example.com/admin'],
  ['HttpThrottlingRate', '1'],
  ['HttpThrottlingRate', '10000'],
  ['HttpThrottlingBurst', '1'],
  ['HttpThrottlingBurst', '5000'],
  ['HttpReservedConcurrency', '20'],
  ['WorkflowReservedConcurrency', '20'],
  ['ProducerAccountIds', '111122223333,444455556666'],
  ['ProducerTopicArns', `${TOPIC},${TOPIC}-2`],
  ['QueueKmsKeyArn', KEY],
  ['EventSources', 'com.example.hr,com.example.it'],
  ['EventDetailTypes', 'Person Left,Contract Ended'],
  ['EventBusName', 'arn/staff-1'],
  ['QueueEnabled', 'false'],
  ['QueueMaximumConcurrency', '45'],
  ['UnverifiedGone', 'acknowledge'],
  ['PreflightOrgIds', `${ORG},76543210fedcba9876543210`],
  ['PreflightTime', 'rate(1 day)'],
  ['AlarmTopicArn', TOPIC],
])('%s takes %j', (name, value) => {
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
