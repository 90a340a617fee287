import * as v from 'valibot';
import { readStack } from './cloudformation.ts';

/** A metric in the shorthand of CloudWatch: names, and at the end what is said of it. */
const Metric = v.array(v.union([v.string(), v.record(v.string(), v.string())]));
const Widget = v.strictObject({
  type: v.picklist(['text', 'metric', 'log', 'alarm']),
  x: v.number(),
  y: v.number(),
  width: v.number(),
  height: v.number(),
  properties: v.looseObject({
    title: v.optional(v.string(), ''),
    region: v.optional(v.string()),
    stat: v.optional(v.string(), ''),
    period: v.optional(v.number()),
    markdown: v.optional(v.string()),
    metrics: v.optional(v.array(Metric), []),
    query: v.optional(v.string(), ''),
    alarms: v.optional(v.array(v.string()), []),
  }),
});
type Widget = v.InferOutput<typeof Widget>;

const Dashboard = v.strictObject({ DashboardName: v.literal('atlas-uninvite-dev'), DashboardBody: v.string() });
const Body = v.strictObject({ start: v.literal('-P1D'), widgets: v.array(Widget) });

/** The widgets of the dashboard, from top to bottom. */
export function widgets(): readonly Widget[] {
  const { DashboardBody } = v.parse(Dashboard, readStack().propertiesOf('Dashboard'));
  return v.parse(Body, JSON.parse(DashboardBody)).widgets;
}

/**
 * What a widget shows, in words: for example `Sum in 300 s of AWS/ApiGateway 5xx ApiId=<HttpApi>`, or an expression.
 *
 * @see CloudWatch API reference, CloudWatch-Dashboard-Body-Structure: "." is the same place above, "..." all before it
 */
export function shownBy({ properties: { metrics, stat, period } }: Widget): string[] {
  let above: readonly string[] = [];
  return metrics.map((metric) => {
    const said = metric.find((part) => typeof part !== 'string') ?? {};
    if (said['expression'] !== undefined) return `${said['expression']} in ${period} s`;
    const names = metric.filter((part) => typeof part === 'string');
    const full = names[0] === '...' ? [...above.slice(0, above.length - (names.length - 1)), ...names.slice(1)] : names;
    above = full.map((part, index) => (part === '.' ? (above[index] ?? part) : part));
    const [namespace, name, ...pairs] = above;
    const dimensions = pairs.flatMap((part, index) => (index % 2 === 0 ? [`${part}=${pairs[index + 1]}`] : []));
    return [said['stat'] ?? stat, 'in', period, 's of', namespace, name, ...dimensions].join(' ');
  });
}
