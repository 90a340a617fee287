import * as v from 'valibot';
import { expect, it } from 'vitest';
import { readStack } from './cloudformation.ts';

it.each([
  ['HttpLogGroup', '/aws/lambda/atlas-uninvite-dev-http'],
  ['QueueLogGroup', '/aws/lambda/atlas-uninvite-dev-queue'],
  ['WorkflowLogGroup', '/aws/lambda/atlas-uninvite-dev-workflow'],
  ['HttpApiLogGroup', '/aws/http-api/atlas-uninvite-dev'],
  // Under this prefix no line in the resource policy of CloudWatch Logs is needed (Step Functions guide, bp-cwl).
  ['StateMachineLogGroup', '/aws/vendedlogs/states/atlas-uninvite-dev'],
])('%s is %s, and keeps its lines for 90 days', (id, name) => {
  // Of the standard class: one of infrequent access takes no metric filter (CloudWatch Logs guide, log classes).
  expect(readStack().propertiesOf(id)).toEqual({ LogGroupName: name, RetentionInDays: 90 });
});

it('has no log group beside these, which might keep its lines for ever', () => {
  expect(Object.keys(readStack().resourcesOf('AWS::Logs::LogGroup', v.unknown()))).toHaveLength(5);
});
