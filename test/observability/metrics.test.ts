import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../lib/cancellation/result.ts';
import { Failure } from '../../lib/failures.ts';
import { metricLine, requestMetrics, serviceName } from '../../lib/observability/metrics.ts';
import { parseRequest } from '../../lib/request.ts';
import { newTrace, type Trace } from '../../lib/trace.ts';
import { NOW } from '../support/clock.ts';

const ORG = '5f0a11ce0000000000000003';

/** AWS docs, "Specification: Embedded metric format", the parts that are used. */
const EmbeddedMetrics = v.looseObject({
  _aws: v.strictObject({
    Timestamp: v.literal(NOW),
    CloudWatchMetrics: v.pipe(
      v.array(
        v.strictObject({
          Namespace: v.literal('atlas-uninvite'),
          Dimensions: v.array(v.pipe(v.array(v.picklist(['service', 'failure'])), v.minLength(1))),
          Metrics: v.pipe(
            v.array(v.strictObject({ Name: v.string(), Unit: v.picklist(['Count', 'Milliseconds']) })),
            v.minLength(1),
          ),
        }),
      ),
      v.minLength(1),
    ),
  }),
  service: v.string(),
});

function metricsOf({
  outcome,
  confirmed = true,
  request,
  ...trace
}: Partial<Trace> & { outcome?: Outcome; confirmed?: boolean; request?: unknown }) {
  return requestMetrics({
    asked: { door: 'http' },
    ...(request === undefined ? {} : { request: parseRequest(request) }),
    trace: { ...newTrace(), ...trace },
    milliseconds: 1,
    ...(outcome === undefined
      ? { failure: new Failure('NotFound', 'Why.') }
      : { result: { outcome, confirmed, via: 'invites', orgId: ORG } }),
  });
}

describe('requestMetrics', () => {
  it.each<[Outcome, object]>([
    ['cancelled', { Cancelled: 1 }],
    ['already_gone', { AlreadyGone: 1 }],
    ['member_removed', { MemberRemoved: 1 }],
    ['would_cancel', {}],
    ['would_remove', {}],
    ['would_do_nothing', {}],
  ])('counts %s as %j', (outcome, metrics) => {
    expect(metricsOf({ outcome })).toEqual(metrics);
  });

  it('counts what nothing confirmed, too', () => {
    expect(metricsOf({ outcome: 'cancelled', confirmed: false })).toEqual({ Cancelled: 1, Unconfirmed: 1 });
  });

  it('counts what the request cost, whether it succeeded or not', () => {
    const trace = { tries: 3, invitesApiCalls: 2, rateLimited: 1, tokensMinted: 1, atlasMilliseconds: 160 };
    expect(metricsOf(trace)).toEqual({ InvitesApiCalls: 2, RateLimited: 1, TokenMinted: 1, AtlasLatency: 53 });
  });

  it.each([
    ['cancelled', { Cancelled: 1 }],
    ['member_removed', { MemberRemoved: 1 }],
  ] as const)('counts what was %s by a request that failed at the rest', (outcome, metrics) => {
    expect(metricsOf({ ended: { outcome, via: 'users' } })).toEqual(metrics);
  });

  it.each([
    ['one by an invitation alone', { invitationId: ORG }, 1, 1],
    ['one by an invitation and its person', { invitationId: ORG, username: 'ada@example.com' }, 1, undefined],
    ['one by a person', { username: 'ada@example.com' }, 1, undefined],
    ['one that asked nothing of the endpoint', { invitationId: ORG }, 0, undefined],
  ])('knows whether a request needs the invites endpoint: %s', (_, asked, invitesApiCalls, needed) => {
    const metrics = metricsOf({ outcome: 'cancelled', request: { orgId: ORG, ...asked }, invitesApiCalls });
    expect(metrics).toHaveProperty('Cancelled');
    expect(metrics['InvitesApiNeeded']).toBe(needed);
  });
});

describe('metricLine', () => {
  it.each<[string, Record<string, number>, string | undefined]>([
    ['of a success', { Cancelled: 1, AtlasLatency: 50 }, undefined],
    ['of a failure', { AtlasLatency: 50 }, 'NotFound'],
    ['of a failure alone', {}, 'NotFound'],
  ])('%s is in the embedded metric format, and every metric has its value', (_, metrics, failure) => {
    const text = metricLine('uninvite', NOW, metrics, failure);
    expect(text).toMatch(/^[^\n]*\n$/);
    const line = v.parse(EmbeddedMetrics, JSON.parse(text));
    const { CloudWatchMetrics } = line._aws;
    const names = CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name));
    expect(names.sort()).toEqual([...Object.keys(metrics), ...(failure ? ['Failed'] : [])].sort());
    for (const name of [...names, ...CloudWatchMetrics.flatMap(({ Dimensions }) => Dimensions.flat())]) {
      expect(line).toHaveProperty(name);
    }
  });

  it('counts a failure alone and by its name', () => {
    const line: unknown = JSON.parse(metricLine('uninvite', NOW, {}, 'NotFound'));
    expect(line).toMatchObject({
      _aws: { CloudWatchMetrics: [{ Dimensions: [['service'], ['service', 'failure']] }] },
      Failed: 1,
      failure: 'NotFound',
    });
  });

  it('measures latency in milliseconds and counts all else', () => {
    const line: unknown = JSON.parse(metricLine('uninvite', NOW, { Cancelled: 1, AtlasLatency: 50 }));
    expect(line).toHaveProperty('_aws.CloudWatchMetrics.0.Metrics', [
      { Name: 'Cancelled', Unit: 'Count' },
      { Name: 'AtlasLatency', Unit: 'Milliseconds' },
    ]);
  });

  it('is nothing where there is nothing to count', () => {
    expect(metricLine('uninvite', NOW, {})).toBe('');
  });
});

describe('serviceName', () => {
  it.each([
    ['atlas-uninvite-production-http', 'atlas-uninvite-production'],
    ['atlas-uninvite-production-queue', 'atlas-uninvite-production'],
    ['atlas-uninvite-production-workflow', 'atlas-uninvite-production'],
    ['http-uninvite', 'http-uninvite'],
    ['', 'atlas-uninvite'],
    [undefined, 'atlas-uninvite'],
  ])('of the function %s is %s', (functionName, service) => {
    expect(serviceName(functionName)).toBe(service);
  });
});
