import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../lib/failures.ts';
import { requestLine } from '../../../lib/observability/log.ts';
import { requestMetrics, serviceName } from '../../../lib/observability/metrics.ts';
import { parseRequest } from '../../../lib/request.ts';
import { newTrace } from '../../../lib/trace.ts';
import { readStack } from './cloudformation.ts';

const ORG = '0123456789abcdef01234567';

const Widget = v.object({
  type: v.picklist(['text', 'metric', 'log', 'alarm']),
  x: v.number(),
  y: v.number(),
  width: v.number(),
  height: v.number(),
  properties: v.looseObject({
    markdown: v.optional(v.string()),
    metrics: v.optional(v.array(v.array(v.unknown())), []),
    query: v.optional(v.string(), ''),
    alarms: v.optional(v.array(v.string()), []),
  }),
});

const { Dashboard } = readStack().resourcesOf('AWS::CloudWatch::Dashboard', v.object({ DashboardBody: v.string() }));
const { widgets } = v.parse(v.object({ widgets: v.array(Widget) }), JSON.parse(Dashboard?.DashboardBody ?? ''));

it('asks whether it works, for whom not, and whether Atlas is slow', () => {
  const headings = widgets.flatMap(({ properties }) => properties.markdown ?? []);
  expect(headings).toEqual(['## Is it working?', '## For whom not?', '## Is Atlas slow?', '## Will it go on?']);
});

it('shows all alarms', () => {
  const shown = widgets.flatMap(({ properties }) => properties.alarms);
  const alarms = Object.keys(readStack().resourcesOf('AWS::CloudWatch::Alarm', v.looseObject({})));
  expect(shown.sort()).toEqual(alarms.map((id) => `<${id}>.Arn`).sort());
});

it('has no widget over another, and none over the edge', () => {
  const taken = new Set<string>();
  for (const { x, y, width, height } of widgets) {
    expect(x + width).toBeLessThanOrEqual(24);
    for (let column = x; column < x + width; column++) {
      for (let row = y; row < y + height; row++) {
        expect(taken).not.toContain(`${column},${row}`);
        taken.add(`${column},${row}`);
      }
    }
  }
});

/** The metrics of one widget with CloudWatch's shorthand written out: "." is the same place above, "..." all before. */
function written(metrics: readonly (readonly unknown[])[]): string[][] {
  let above: string[] = [];
  return metrics.flatMap((metric) => {
    const names = metric.filter((part) => typeof part === 'string');
    if (names.length === 0) return [];
    const rest =
      names.at(0) === '...' ? [...above.slice(0, above.length - (names.length - 1)), ...names.slice(1)] : names;
    above = rest.map((part, index) => (part === '.' ? (above[index] ?? part) : part));
    return [above];
  });
}

describe('the metrics of the dashboard', () => {
  const shown = widgets.flatMap(({ properties }) => written(properties.metrics));

  it('are complete: a namespace, a name and pairs of dimensions', () => {
    for (const metric of shown) {
      expect(metric.length % 2, metric.join(' ')).toBe(0);
      expect(metric.join(' ')).not.toMatch(/(^| )\.+( |$)/);
    }
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
    const own = shown.filter(([namespace]) => namespace === 'atlas-uninvite');
    expect(own.length).toBeGreaterThan(0);
    for (const [, name, ...dimensions] of own) {
      expect([...emitted, 'Failed']).toContain(name);
      expect(dimensions).toEqual(['service', serviceName('atlas-uninvite-dev-http')]);
    }
  });
});

describe('the queries of the dashboard', () => {
  const queries = widgets.map(({ properties }) => properties.query).filter(Boolean);

  it.each(queries)('read the logs of all functions: %s', (query) => {
    for (const door of ['Http', 'Queue', 'Workflow']) expect(query).toContain(`SOURCE '<${door}LogGroup>'`);
  });

  it('ask for fields that the log lines have', () => {
    const asked = { door: 'http', askedBy: 'arn:aws:iam::111122223333:role/offboarding' } as const;
    const request = parseRequest({ orgId: ORG, invitationId: ORG });
    const failure = new Failure('NotFound', 'Why.');
    const line = requestLine({ asked, request, failure, trace: newTrace(), milliseconds: 1 }, 0);
    const fields = queries.flatMap((query) => [
      ...query.matchAll(/(?:avg|latest|ispresent)\((\w+)\)|filter (\w+) [<>=]/g),
      ...query.matchAll(/(?: by |, )(\w+)(?=,| \|)/g),
    ]);
    const names = fields.flatMap(([, first, second]) => first ?? second ?? []);
    expect(names).toEqual(expect.arrayContaining(['failure', 'detail', 'orgId', 'askedBy', 'upstreamMilliseconds']));
    for (const name of names) expect(JSON.parse(line)).toHaveProperty(name);
  });
});
