import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { Invoke } from '../../../infra/local/lambda-runtime.ts';
import { runStateMachine } from '../../../infra/local/workflow.ts';
import { FAILURES } from '../../../lib/failures.ts';
import { serviceName } from '../../../lib/observability/metrics.ts';
import { readStack } from './cloudformation.ts';

const Metric = v.object({
  Namespace: v.string(),
  MetricName: v.string(),
  Dimensions: v.optional(v.array(v.object({ Name: v.string(), Value: v.string() })), []),
});
const Alarm = v.looseObject({
  AlarmName: v.string(),
  AlarmDescription: v.string(),
  AlarmActions: v.optional(v.array(v.string())),
  OKActions: v.optional(v.array(v.string())),
  Metrics: v.optional(
    v.array(v.looseObject({ Expression: v.optional(v.string()), MetricStat: v.optional(v.looseObject({ Metric })) })),
  ),
});
type Alarm = v.InferOutput<typeof Alarm>;

function alarmsOf(values?: Record<string, string>) {
  return readStack(values).resourcesOf('AWS::CloudWatch::Alarm', Alarm);
}

/** What an alarm watches, each metric as `name dimension=value ...`. */
function watchedBy(alarm: Alarm | undefined): string[] {
  const single = v.safeParse(Metric, alarm);
  const metrics = single.success
    ? [single.output]
    : (alarm?.Metrics ?? []).flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
  return metrics.map(({ MetricName, Dimensions }) =>
    [MetricName, ...Dimensions.map(({ Name, Value }) => `${Name}=${Value}`)].join(' '),
  );
}

const alarms = alarmsOf();
const ORG = '0123456789abcdef01234567';
const INPUT = { cancellation: { username: 'ann@example.com', orgIds: [ORG] }, preflight: { orgIds: [ORG] } };
const service = serviceName('atlas-uninvite-dev-http');

it.each([
  ['DeadLettersAlarm', ['ApproximateNumberOfMessagesVisible QueueName=<DeadLetterQueue>.QueueName']],
  [
    'CredentialsRefusedAlarm',
    [`Failed service=${service} failure=AtlasUnauthorized`, `Failed service=${service} failure=CredentialsInvalid`],
  ],
  ['AddressBlockedAlarm', [`Failed service=${service} failure=AtlasAccessListBlocked`]],
  [
    'OutageAlarm',
    [
      ...['AtlasUnavailable', 'AtlasTimeout', 'CredentialsUnavailable'].map(
        (name) => `Failed service=${service} failure=${name}`,
      ),
      '5xx ApiId=<HttpApi>',
    ],
  ],
  ['MessagesParkedAlarm', ['ApproximateNumberOfMessagesNotVisible QueueName=<Queue>.QueueName']],
  ['MessagesWaitingAlarm', ['ApproximateAgeOfOldestMessage QueueName=<Queue>.QueueName']],
  [
    'ErrorsAlarm',
    [
      'Errors FunctionName=<HttpLambdaFunction>',
      'Errors FunctionName=<QueueLambdaFunction>',
      'WorkflowBreakdowns',
      `Failed service=${service} failure=InternalError`,
    ],
  ],
  ['ThrottlesAlarm', ['Http', 'Queue', 'Workflow'].map((door) => `Throttles FunctionName=<${door}LambdaFunction>`)],
  [
    'ExecutionsFailedAlarm',
    ['ExecutionsFailed', 'ExecutionsTimedOut'].map((name) => `${name} StateMachineArn=<CancellationStateMachine>`),
  ],
  [
    'PreflightFailedAlarm',
    [
      'ExecutionsFailed StateMachineArn=<PreflightStateMachine>',
      'ExecutionsTimedOut StateMachineArn=<PreflightStateMachine>',
      'TargetErrorCount ScheduleGroup=atlas-uninvite-dev-preflight',
      'InvocationDroppedCount ScheduleGroup=atlas-uninvite-dev-preflight',
    ],
  ],
  ['InvitesApiNeededAlarm', [`InvitesApiNeeded service=${service}`]],
])('%s watches %j', (id, metrics) => {
  expect(watchedBy(alarms[id])).toEqual(metrics);
});

const TOPIC = 'arn:aws:sns:eu-central-1:111122223333:operators';

describe.each(Object.entries(alarms))('%s', (id, alarm) => {
  it('says what to do, within what CloudWatch keeps of a description', () => {
    expect(alarm.AlarmDescription.length).toBeLessThanOrEqual(1024);
    expect(alarm.AlarmDescription).toMatch(/\b(mend|put|raise|look|see|start|find|says? why|deploy)\b/i);
  });

  it('is raised by one occurrence, and by silence never', () => {
    expect(alarm).toMatchObject({ ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'notBreaching' });
  });

  it('tells nobody unless a topic is given', () => {
    expect(alarm).not.toHaveProperty('AlarmActions');
    expect(alarm).not.toHaveProperty('OKActions');
  });

  it('tells the topic that is given, when it begins and when it is over', () => {
    expect(alarmsOf({ AlarmTopicArn: TOPIC })[id]).toMatchObject({ AlarmActions: [TOPIC], OKActions: [TOPIC] });
  });

  it('watches failures by names that they have', () => {
    for (const [, name] of watchedBy(alarm)
      .join(' ')
      .matchAll(/failure=(\w+)/g))
      expect(FAILURES).toHaveProperty(name ?? '');
  });
});

describe('InvitesApiNeededAlarm', () => {
  it('is silent until 90 days before the end of the invites endpoint', () => {
    const [math] = alarms['InvitesApiNeededAlarm']?.Metrics ?? [];
    const ninetyDaysBefore = Date.parse('2027-07-01T00:00:00Z') / 1000 - 90 * 24 * 3600;
    expect(math?.Expression).toBe(`IF(EPOCH(needed) >= ${ninetyDaysBefore}, needed)`);
  });

  it('counts every call of a deployment that is told to use no other endpoint', () => {
    const { InvitesApiNeededAlarm } = alarmsOf({ AtlasCancelApi: 'invites' });
    expect(watchedBy(InvitesApiNeededAlarm)).toEqual([`InvitesApiCalls service=${service}`]);
  });
});

describe('OutageAlarm', () => {
  const Rule = v.object({ EvaluationPeriods: v.number(), DatapointsToAlarm: v.number() });
  const { EvaluationPeriods, DatapointsToAlarm } = v.parse(Rule, alarms['OutageAlarm']);
  const periods = alarms['OutageAlarm']?.Metrics?.flatMap(({ MetricStat }) => MetricStat?.['Period'] ?? []);

  it('is raised by no blip, be it a quarter of an hour long', () => {
    expect(new Set(periods)).toEqual(new Set([900]));
    // Two periods are what so short a time can touch.
    expect(DatapointsToAlarm).toBeGreaterThan(2);
  });

  it('is raised by a deployment that fails three requests in a row, of one an hour', () => {
    expect(DatapointsToAlarm).toBeLessThanOrEqual(3);
    expect(EvaluationPeriods * 900).toBeGreaterThanOrEqual(3 * 3600);
  });
});

describe('every failure by its name', () => {
  const watched = Object.values(alarms).flatMap(watchedBy).join();

  it.each(Object.entries(FAILURES).filter(([, { retry }]) => retry))(
    '%s is watched, since it is no fault of the request',
    (name) => {
      // A rate limit is Atlas's regular word, and is waited for.
      if (name === 'AtlasRateLimited') return;
      expect(watched).toContain(`failure=${name}`);
    },
  );
});

describe('WorkflowBreakdowns', () => {
  const Filter = v.object({
    LogGroupName: v.string(),
    FilterPattern: v.string(),
    MetricTransformations: v.array(v.object({ MetricNamespace: v.string(), MetricName: v.string() })),
  });
  const { WorkflowBreakdowns } = readStack().resourcesOf('AWS::Logs::MetricFilter', Filter);
  const [counted] = WorkflowBreakdowns?.MetricTransformations ?? [];

  it('counts the state that is entered after a failure without a name of ours, in each state machine', async () => {
    const [, type, name] =
      /type = "(\w+)StateEntered".*name = "([^"]+)"/.exec(WorkflowBreakdowns?.FilterPattern ?? '') ?? [];
    for (const machine of ['cancellation', 'preflight'] as const) {
      const broken: Invoke = async () => ({ error: { errorType: 'Runtime.OutOfMemory', errorMessage: '', trace: [] } });
      const { events } = await runStateMachine(machine, INPUT[machine], { invoke: broken, skipWaits: true });
      const entered = events.flatMap((event) => (event.type === 'StateEntered' ? [event.state] : []));
      expect(entered).toContainEqual(expect.objectContaining({ type, name }));
    }
  });

  it('reads the log of the state machines, and is the metric that the alarm watches', () => {
    expect(WorkflowBreakdowns?.LogGroupName).toBe('<StateMachineLogGroup>');
    const metrics = alarms['ErrorsAlarm']?.Metrics?.map(({ MetricStat }) => MetricStat?.Metric);
    expect(metrics).toContainEqual({
      Namespace: counted?.MetricNamespace,
      MetricName: counted?.MetricName,
      Dimensions: [],
    });
  });
});
