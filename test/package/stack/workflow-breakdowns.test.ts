import * as v from 'valibot';
import { expect, it } from 'vitest';
import type { Invoke } from '../../../infra/local/lambda-runtime.ts';
import { runStateMachine } from '../../../infra/local/workflow.ts';
import { readStack } from './cloudformation.ts';

const ORG = '0123456789abcdef01234567';
const INPUT = { cancellation: { username: 'ann@example.com', orgIds: [ORG] }, preflight: { orgIds: [ORG] } };

it('counts one for each entry of its pattern in the log of the state machines, as the metric of the errors alarm', () => {
  expect(readStack().propertiesOf('WorkflowBreakdowns')).toEqual({
    LogGroupName: '<StateMachineLogGroup>',
    FilterPattern: '{ ($.type = "PassStateEntered") && ($.details.name = "Report breakdown") }',
    MetricTransformations: [
      // No default value: where nothing broke down there is no data, as the alarm expects.
      { MetricNamespace: 'atlas-uninvite-dev', MetricName: 'WorkflowBreakdowns', MetricValue: '1' },
    ],
  });
});

it.each(['cancellation', 'preflight'] as const)(
  'names the state that the %s enters after a failure without a name of ours',
  async (machine) => {
    const Filter = v.object({ FilterPattern: v.string() });
    const { FilterPattern } = v.parse(Filter, readStack().propertiesOf('WorkflowBreakdowns'));
    const [, type, name] = /type = "(\w+)StateEntered".*name = "([^"]+)"/.exec(FilterPattern) ?? [];
    const broken: Invoke = async () => ({ error: { errorType: 'Runtime.OutOfMemory', errorMessage: '', trace: [] } });

    const { events } = await runStateMachine(machine, INPUT[machine], { invoke: broken, skipWaits: true });

    const entered = events.flatMap((event) => (event.type === 'StateEntered' ? [event.state] : []));
    expect(entered).toContainEqual(expect.objectContaining({ type, name }));
  },
);
