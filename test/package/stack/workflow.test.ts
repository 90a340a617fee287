import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { readStack } from './cloudformation.ts';

const StateMachine = v.looseObject({
  RoleArn: v.string(),
  DefinitionString: v.string(),
  DefinitionSubstitutions: v.record(v.string(), v.string()),
});
const Task = v.object({ Type: v.literal('Task'), TimeoutSeconds: v.number() });

/** Every task of a definition, however deep. */
function tasksOf(definition: string): v.InferOutput<typeof Task>[] {
  const tasks: v.InferOutput<typeof Task>[] = [];
  JSON.parse(definition, (_, value: unknown) => {
    if (v.is(v.looseObject({ Type: v.literal('Task') }), value)) tasks.push(v.parse(Task, value));
    return value;
  });
  return tasks;
}

const machines = readStack().resourcesOf('AWS::StepFunctions::StateMachine', StateMachine);

describe.each(Object.entries(machines))('%s', (_, machine) => {
  it('logs every step without the data that goes through it, and is traced', () => {
    expect(machine).toMatchObject({
      LoggingConfiguration: {
        Level: 'ALL',
        IncludeExecutionData: false,
        Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: '<StateMachineLogGroup>.Arn' } }],
      },
      TracingConfiguration: { Enabled: true },
    });
  });

  it('has every name in its definition filled in', () => {
    const wanted = [...machine.DefinitionString.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
    expect(Object.keys(machine.DefinitionSubstitutions)).toEqual([...new Set(wanted)]);
  });

  it('gives its function more time than the function takes', () => {
    const { WorkflowLambdaFunction } = readStack().resourcesOf(
      'AWS::Lambda::Function',
      v.object({ Timeout: v.number() }),
    );
    const tasks = tasksOf(machine.DefinitionString);
    expect(tasks.length).toBeGreaterThan(0);
    for (const { TimeoutSeconds } of tasks) {
      expect(TimeoutSeconds).toBeGreaterThan(WorkflowLambdaFunction?.Timeout ?? Infinity);
    }
  });
});

it('has a state machine that cancels, and one that checks', () => {
  expect(Object.keys(machines)).toEqual(['CancellationStateMachine', 'PreflightStateMachine']);
});

describe('the daily preflight', () => {
  const ORGS = ['0123456789abcdef01234567', '76543210fedcba9876543210'];
  const scheduleOf = (values?: Record<string, string>) =>
    readStack(values).resourcesOf(
      'AWS::Scheduler::Schedule',
      v.looseObject({ Target: v.looseObject({ Input: v.string() }) }),
    )['PreflightSchedule'];

  it('is not there unless organizations are given', () => {
    const types = Object.values(readStack().types);
    expect(types.filter((type) => type.startsWith('AWS::Scheduler::'))).toEqual([]);
    expect(readStack().types).not.toHaveProperty('PreflightScheduleRole');
  });

  it('checks each organization that is given', () => {
    const schedule = scheduleOf({ PreflightOrgIds: ORGS.join(',') });
    expect(schedule?.Target).toMatchObject({ Arn: '<PreflightStateMachine>', RoleArn: '<PreflightScheduleRole>.Arn' });
    expect(JSON.parse(schedule?.Target.Input ?? '')).toEqual({ orgIds: ORGS });
  });

  it('runs once a day, at an hour that a deployment may choose', () => {
    const PreflightOrgIds = ORGS.join(',');
    expect(scheduleOf({ PreflightOrgIds })).toMatchObject({ ScheduleExpression: 'cron(0 5 * * ? *)' });
    expect(scheduleOf({ PreflightOrgIds, PreflightTime: 'cron(30 6 ? * MON-FRI *)' })).toMatchObject({
      ScheduleExpression: 'cron(30 6 ? * MON-FRI *)',
    });
  });
});
