import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { requestMetrics, serviceName } from '../../../lib/observability/metrics.ts';
import { parseRequest } from '../../../lib/request.ts';
import { newTrace } from '../../../lib/trace.ts';
import { readStack } from './cloudformation.ts';
import { shownBy, widgets } from './dashboard.ts';

const ORG = '0123456789abcdef01234567';
const service = serviceName('atlas-uninvite-dev-http');

const own = (name: string, how = 'Sum in 300 s') => `${how} of atlas-uninvite ${name} service=${service}`;
const waiting = (name: string, queue: string) =>
  `Maximum in 300 s of AWS/SQS ApproximateNumberOfMessages${name} QueueName=<${queue}>.QueueName`;
const executions = (ended: string, machine: string) =>
  `Sum in 3600 s of AWS/States Executions${ended} StateMachineArn=<${machine}StateMachine>`;
const ofFunction = (name: string, door: string, how = 'Sum in 300 s') =>
  `${how} of AWS/Lambda ${name} FunctionName=<${door}LambdaFunction>`;
const byFailure = (name: string) =>
  `SEARCH('{atlas-uninvite,service,failure} service="${service}" MetricName="${name}"', 'Sum') in 300 s`;

const panels: Record<string, string[]> = {
  'Requests, by how they ended': ['Cancelled', 'AlreadyGone', 'MemberRemoved', 'Failed'].map((name) => own(name)),
  'Queue: waiting, parked, dead': [
    waiting('Visible', 'Queue'),
    waiting('NotVisible', 'Queue'),
    waiting('Visible', 'DeadLetterQueue'),
  ],
  'API: requests and refusals': ['Count', '4xx', '5xx'].map(
    (name) => `Sum in 300 s of AWS/ApiGateway ${name} ApiId=<HttpApi>`,
  ),
  'State machines: executions': ['Cancellation', 'Preflight'].flatMap((machine) => [
    executions('Succeeded', machine),
    executions('Failed', machine),
  ]),
  'Failed, by name': [byFailure('Failed'), byFailure('PreflightFailed')],
  'One call of Atlas, milliseconds': ['p50', 'p95', 'Maximum'].map((how) => own('AtlasLatency', `${how} in 300 s`)),
  "Atlas's limits": [own('RateLimited'), own('TokenMinted')],
  // A day at a time: how many callers there are still to be changed.
  'Invites endpoint, which ends on 2027-07-01': ['InvitesApiCalls', 'InvitesApiNeeded'].map((name) =>
    own(name, 'Sum in 86400 s'),
  ),
  'Functions: errors and throttles': [
    ofFunction('Errors', 'Http'),
    ofFunction('Errors', 'Queue'),
    'Sum in 300 s of atlas-uninvite-dev WorkflowBreakdowns',
    ...['Http', 'Queue', 'Workflow'].map((door) => ofFunction('Throttles', door)),
  ],
  'Functions: p99 of the duration, milliseconds': ['Http', 'Queue', 'Workflow'].map((door) =>
    ofFunction('Duration', door, 'p99 in 300 s'),
  ),
};

it('asks whether it works, for whom not, and whether Atlas is slow', () => {
  const headings = widgets().flatMap(({ properties }) => properties.markdown ?? []);
  expect(headings).toEqual(['## Is it working?', '## For whom not?', '## Is Atlas slow?', '## Will it go on?']);
});

it('shows all alarms', () => {
  const shown = widgets().flatMap(({ properties }) => properties.alarms);
  const alarms = Object.keys(readStack().resourcesOf('AWS::CloudWatch::Alarm', v.unknown()));
  expect(shown.sort()).toEqual(alarms.map((id) => `<${id}>.Arn`).sort());
});

it('has no widget over another, and none over the edge', () => {
  const taken = new Set<string>();
  for (const { x, y, width, height } of widgets()) {
    expect(x + width).toBeLessThanOrEqual(24);
    for (let column = x; column < x + width; column++) {
      for (let row = y; row < y + height; row++) {
        expect(taken).not.toContain(`${column},${row}`);
        taken.add(`${column},${row}`);
      }
    }
  }
});

describe('the metrics of the dashboard', () => {
  const shown = widgets().filter(({ type }) => type === 'metric');

  it.each(Object.entries(panels))('under "%s" are %j', (title, metrics) => {
    const panel = shown.filter(({ properties }) => properties.title === title);
    expect(panel.map(shownBy)).toEqual([metrics]);
  });

  it('are in these panels only, and of this region', () => {
    expect(shown.map(({ properties }) => properties.title)).toEqual(Object.keys(panels));
    for (const { properties } of shown) expect(properties.region).toBe('eu-central-1');
  });

  it('of our own are metrics that the functions write', () => {
    const trace = { ...newTrace(), tries: 1, invitesApiCalls: 1, rateLimited: 1, tokensMinted: 1 };
    const emitted = (['cancelled', 'already_gone', 'member_removed'] as const).flatMap((outcome) =>
      Object.keys(
        requestMetrics({
          asked: { door: 'http' },
          request: parseRequest({ orgId: ORG, invitationId: ORG }),
          result: { outcome, confirmed: true, via: 'invites', orgId: ORG },
          trace,
          milliseconds: 1,
        }),
      ),
    );
    const named = shown.flatMap(shownBy).flatMap((metric) => / of atlas-uninvite (\w+)/.exec(metric)?.[1] ?? []);
    expect(named.length).toBeGreaterThan(0);
    for (const name of named) expect([...emitted, 'Failed']).toContain(name);
  });
});
