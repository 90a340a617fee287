import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { FAILURES } from '../../lib/failures.ts';
import { serviceName } from '../../lib/observability/metrics.ts';
import { readStack } from './cloudformation.ts';

const Metric = v.object({
  Namespace: v.string(),
  MetricName: v.string(),
  Dimensions: v.array(v.object({ Name: v.string(), Value: v.string() })),
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
const service = serviceName('atlas-uninvite-dev-http');

it.each([
  ['DeadLettersAlarm', ['ApproximateNumberOfMessagesVisible QueueName=<DeadLetterQueue>.QueueName']],
  [
    'CredentialsRefusedAlarm',
    [`Failed service=${service} failure=AtlasUnauthorized`, `Failed service=${service} failure=CredentialsInvalid`],
  ],
  ['AddressBlockedAlarm', [`Failed service=${service} failure=AtlasAccessListBlocked`]],
  ['MessagesParkedAlarm', ['ApproximateNumberOfMessagesNotVisible QueueName=<Queue>.QueueName']],
  ['MessagesWaitingAlarm', ['ApproximateAgeOfOldestMessage QueueName=<Queue>.QueueName']],
  [
    'ErrorsAlarm',
    [
      'Errors FunctionName=<HttpLambdaFunction>',
      'Errors FunctionName=<QueueLambdaFunction>',
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
