import { describe, expect, it } from 'vitest';
import { readStack } from './cloudformation.ts';

const ACCOUNT = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret';
/** IAM can't compare the place of {orgId} with a request: 24 characters of any kind. */
const ANY_ORG = '?'.repeat(24);

describe.each(['HttpRole', 'QueueRole', 'WorkflowRole'])('%s', (role) => {
  // Secrets Manager ends an ARN with a dash and six random characters; an ARN that is given may have them or not.
  it.each([
    { secretId: 'atlas/prod', resources: [`${ACCOUNT}:atlas/prod-??????`] },
    { secretId: 'atlas/{orgId}/credentials', resources: [`${ACCOUNT}:atlas/${ANY_ORG}/credentials-??????`] },
    { secretId: `${ACCOUNT}:atlas-a1B2c3`, resources: [`${ACCOUNT}:atlas-a1B2c3`, `${ACCOUNT}:atlas-a1B2c3-??????`] },
    {
      secretId: `${ACCOUNT}:atlas/{orgId}`,
      resources: [`${ACCOUNT}:atlas/${ANY_ORG}`, `${ACCOUNT}:atlas/${ANY_ORG}-??????`],
    },
  ])('reads the secret $secretId only, and its current version only', ({ secretId, resources }) => {
    const readSecret = {
      Sid: 'ReadSecret',
      Effect: 'Allow',
      Action: 'secretsmanager:GetSecretValue',
      Resource: resources,
      Condition: { StringEquals: { 'secretsmanager:VersionStage': 'AWSCURRENT' } },
    };
    expect(readStack({ AtlasSecretId: secretId }).propertiesOf(role)).toMatchObject({
      Policies: [{ PolicyDocument: { Statement: expect.arrayContaining([readSecret]) } }],
    });
  });
});
