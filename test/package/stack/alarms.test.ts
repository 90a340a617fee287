import { describe, expect, it } from 'vitest';
import { FAILURES } from '../../../lib/failures.ts';
import { serviceName } from '../../../lib/observability/metrics.ts';
import { alarmsOf } from './alarm.ts';

const service = `service=${serviceName('atlas-uninvite-dev-http')}`;
const failed = (failure: keyof typeof FAILURES, seconds = 300) =>
  `Sum in ${seconds} s of atlas-uninvite Failed ${service} failure=${failure}`;
const ofFunction = (metric: string, door: string) =>
  `Sum in 300 s of AWS/Lambda ${metric} FunctionName=<${door}LambdaFunction>`;
const ended = (machine: string, seconds: number) =>
  ['ExecutionsFailed', 'ExecutionsTimedOut'].map(
    (metric) => `Sum in ${seconds} s of AWS/States ${metric} StateMachineArn=<${machine}>`,
  );

/** When the invites endpoint has 90 days left, in seconds since the epoch, as EPOCH() counts. */
const LATE = Date.parse('2027-07-01T00:00:00Z') / 1000 - 90 * 24 * 3600;
/** One occurrence is enough. */
const AT_ONCE = 'SUM(METRICS()) > 0 in 1 of 1 periods';

const rows = [
  {
    alarm: 'CredentialsRefusedAlarm',
    when: AT_ONCE,
    of: [failed('AtlasUnauthorized'), failed('CredentialsInvalid')],
    since: 'no later try helps before a person has mended the secret or the role',
  },
  {
    alarm: 'AddressBlockedAlarm',
    when: 'it > 0 in 1 of 1 periods',
    of: [failed('AtlasAccessListBlocked')],
    since: 'no later try helps before a person has put the address onto the access list',
  },
  {
    alarm: 'OutageAlarm',
    when: 'SUM(METRICS()) > 0 in 3 of 12 periods',
    of: [
      failed('AtlasUnavailable', 900),
      failed('AtlasTimeout', 900),
      failed('CredentialsUnavailable', 900),
      'Sum in 900 s of AWS/ApiGateway 5xx ApiId=<HttpApi>',
    ],
    since:
      'a blip of a quarter of an hour touches two periods at the most, and of one request an hour three fail in a row',
  },
  {
    alarm: 'DeadLettersAlarm',
    when: 'it > 0 in 1 of 1 periods',
    of: ['Maximum in 300 s of AWS/SQS ApproximateNumberOfMessagesVisible QueueName=<DeadLetterQueue>.QueueName'],
    since: 'a letter that was there at any look was one',
  },
  {
    alarm: 'MessagesParkedAlarm',
    when: 'it > 0 in 8 of 8 periods',
    of: ['Minimum in 900 s of AWS/SQS ApproximateNumberOfMessagesNotVisible QueueName=<Queue>.QueueName'],
    since: 'nothing else is in hand at every look of two hours, in which Atlas has room for 30,000 requests',
  },
  {
    alarm: 'MessagesWaitingAlarm',
    when: 'it > 7200 in 1 of 1 periods',
    of: ['Maximum in 300 s of AWS/SQS ApproximateAgeOfOldestMessage QueueName=<Queue>.QueueName'],
    since: 'what is older than a full queue takes is not being worked on',
  },
  {
    alarm: 'ErrorsAlarm',
    when: AT_ONCE,
    of: [
      ofFunction('Errors', 'Http'),
      ofFunction('Errors', 'Queue'),
      'Sum in 300 s of atlas-uninvite-dev WorkflowBreakdowns',
      failed('InternalError'),
    ],
    since: 'a function is never to break down; that of the workflow fails by name, so its state machines count instead',
  },
  {
    alarm: 'ThrottlesAlarm',
    when: AT_ONCE,
    of: ['Http', 'Queue', 'Workflow'].map((door) => ofFunction('Throttles', door)),
    since: 'a caller of the API got 503 for each',
  },
  {
    alarm: 'ExecutionsFailedAlarm',
    when: AT_ONCE,
    of: ended('CancellationStateMachine', 300),
    since: 'each made no report',
  },
  {
    alarm: 'PreflightFailedAlarm',
    when: AT_ONCE,
    of: [
      ...ended('PreflightStateMachine', 86_400),
      'Sum in 86400 s of AWS/Scheduler TargetErrorCount ScheduleGroup=atlas-uninvite-dev-preflight',
      'Sum in 86400 s of AWS/Scheduler InvocationDroppedCount ScheduleGroup=atlas-uninvite-dev-preflight',
    ],
    since: 'it stays for a day, until the next preflight has passed',
  },
  {
    alarm: 'InvitesApiNeededAlarm',
    when: `IF(EPOCH(needed) >= ${LATE}, needed) > 0 in 1 of 1 periods`,
    of: [`Sum in 3600 s of atlas-uninvite InvitesApiNeeded ${service}`],
    since: 'it is no news until 90 days before the end of the invites endpoint, and then each caller must change',
  },
];

it.each(rows)('$alarm is raised by $when, since $since', ({ alarm, when, of }) => {
  expect(alarmsOf()[alarm]).toMatchObject({ when, of });
});

it('has no alarm beside these', () => {
  expect(Object.keys(alarmsOf()).sort()).toEqual(rows.map(({ alarm }) => alarm).sort());
});

it('counts every call of the invites endpoint of a deployment that is told to use no other', () => {
  const { InvitesApiNeededAlarm } = alarmsOf({ AtlasCancelApi: 'invites' });
  expect(InvitesApiNeededAlarm?.of).toEqual([`Sum in 3600 s of atlas-uninvite InvitesApiCalls ${service}`]);
});

describe('every failure by its name', () => {
  const watched = Object.values(alarmsOf()).flatMap(({ of }) => of);
  // A rate limit is Atlas's regular word, and is waited for.
  const raised = Object.entries(FAILURES).filter(([name, { retry }]) => retry && name !== 'AtlasRateLimited');

  it.each(raised)('%s is watched, since it is no fault of the request', (name) => {
    expect(watched).toContainEqual(expect.stringContaining(`failure=${name}`));
  });
});
