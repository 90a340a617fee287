import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../../infra/local/service-package.ts';
import { readStack } from './cloudformation.ts';

const Task = v.looseObject({ Type: v.literal('Task'), Resource: v.string(), TimeoutSeconds: v.number() });

/** Every task of a definition, however deep. */
function tasksOf(definition: string): v.InferOutput<typeof Task>[] {
  const tasks: v.InferOutput<typeof Task>[] = [];
  JSON.parse(definition, (_, value: unknown) => {
    if (v.is(v.looseObject({ Type: v.literal('Task') }), value)) tasks.push(v.parse(Task, value));
    return value;
  });
  return tasks;
}

describe.each([
  { id: 'CancellationStateMachine', name: 'atlas-uninvite-dev', file: 'cancellation.asl' },
  { id: 'PreflightStateMachine', name: 'atlas-uninvite-dev-preflight', file: 'preflight.asl' },
])('the $id', ({ id, name, file }) => {
  const definition = readFileSync(new URL(`infra/stack/${file}`, projectRoot), 'utf8');

  it(`runs ${file} as a standard workflow, logs every step without the data that goes through it, and is traced`, () => {
    // Without a type it is a standard one: waiting is free, may take a year, and a failed execution can be redriven.
    expect(readStack().propertiesOf(id)).toEqual({
      StateMachineName: name,
      RoleArn: '<StateMachineRole>.Arn',
      DefinitionString: definition,
      DefinitionSubstitutions: { Partition: 'aws', WorkflowFunctionArn: '<WorkflowLambdaFunction>.Arn' },
      LoggingConfiguration: {
        Level: 'ALL',
        IncludeExecutionData: false,
        Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: '<StateMachineLogGroup>.Arn' } }],
      },
      TracingConfiguration: { Enabled: true },
    });
  });

  it('has no name in its definition but those of the partition and of the function to fill in', () => {
    const wanted = [...definition.matchAll(/\$\{(\w+)\}/g)].map(([, wantedName]) => wantedName);
    expect(new Set(wanted)).toEqual(new Set(['Partition', 'WorkflowFunctionArn']));
  });

  it.each(['aws', 'aws-us-gov', 'aws-cn'])('invokes its function by what is there in the partition %s', (partition) => {
    const Machine = v.looseObject({ DefinitionSubstitutions: v.looseObject({ Partition: v.string() }) });
    const there = v.parse(Machine, readStack({ 'AWS::Partition': partition }).propertiesOf(id));
    const filledIn = definition.replaceAll(/\$\{Partition\}/g, there.DefinitionSubstitutions.Partition);
    expect(tasksOf(filledIn).map(({ Resource }) => Resource)).toEqual([`arn:${partition}:states:::lambda:invoke`]);
  });

  it('gives its function more time than the 30 seconds that the function has', () => {
    const tasks = tasksOf(definition);
    expect(tasks.length).toBeGreaterThan(0);
    for (const { TimeoutSeconds } of tasks) expect(TimeoutSeconds).toBeGreaterThan(30);
  });
});

it('has no state machine beside one that cancels and one that checks', () => {
  const machines = readStack().resourcesOf('AWS::StepFunctions::StateMachine', v.unknown());
  expect(Object.keys(machines)).toEqual(['CancellationStateMachine', 'PreflightStateMachine']);
});

it('is part of a stack that names no partition of AWS in any resource', () => {
  const file = new URL('.serverless/cloudformation-template-update-stack.json', projectRoot);
  const { Resources } = v.parse(v.object({ Resources: v.unknown() }), JSON.parse(readFileSync(file, 'utf8')));
  expect(JSON.stringify(Resources)).not.toMatch(/arn:aws[:-]/);
});

describe('the daily preflight', () => {
  const PreflightOrgIds = '0123456789abcdef01234567,76543210fedcba9876543210';
  const scheduleOf = (values?: Record<string, string>) => readStack(values).propertiesOf('PreflightSchedule');

  it('is not there unless organizations are given', () => {
    const types = Object.values(readStack().types);
    expect(types.filter((type) => type.startsWith('AWS::Scheduler::'))).toEqual([]);
    expect(readStack().types).not.toHaveProperty('PreflightScheduleRole');
  });

  it('checks each organization that is given, every day at five in UTC', () => {
    expect(scheduleOf({ PreflightOrgIds })).toEqual({
      Description: expect.any(String),
      // Without a state it is enabled, without a time zone it goes by UTC (CloudFormation, AWS::Scheduler::Schedule).
      GroupName: '<PreflightScheduleGroup>',
      ScheduleExpression: 'cron(0 5 * * ? *)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: '<PreflightStateMachine>',
        RoleArn: '<PreflightScheduleRole>.Arn',
        Input: '{"orgIds":["0123456789abcdef01234567","76543210fedcba9876543210"]}',
      },
    });
  });

  it('runs when a deployment says', () => {
    const PreflightTime = 'cron(30 6 ? * MON-FRI *)';
    expect(scheduleOf({ PreflightOrgIds, PreflightTime })).toMatchObject({ ScheduleExpression: PreflightTime });
  });

  it('is of a group of its own, whose name is the dimension of the metrics that its alarm watches', () => {
    const group = readStack({ PreflightOrgIds }).propertiesOf('PreflightScheduleGroup');
    expect(group).toEqual({ Name: 'atlas-uninvite-dev-preflight' });
  });
});
