import * as v from 'valibot';
import { readStack } from './cloudformation.ts';

const metric = {
  Namespace: v.string(),
  MetricName: v.string(),
  Dimensions: v.optional(v.array(v.strictObject({ Name: v.string(), Value: v.string() })), []),
};
const rule = {
  AlarmName: v.string(),
  AlarmDescription: v.string(),
  ActionsEnabled: v.optional(v.boolean(), true),
  AlarmActions: v.optional(v.array(v.string()), []),
  OKActions: v.optional(v.array(v.string()), []),
  EvaluationPeriods: v.number(),
  DatapointsToAlarm: v.optional(v.number()),
  Threshold: v.number(),
  // Each is about too much of something.
  ComparisonOperator: v.literal('GreaterThanThreshold'),
  TreatMissingData: v.string(),
};

/** An alarm of one metric. */
const Single = v.strictObject({ ...rule, ...metric, Statistic: v.string(), Period: v.number() });
/** An alarm of what an expression makes of its metrics: only the expression is returned, the first of all. */
const Computed = v.strictObject({
  ...rule,
  Metrics: v.tupleWithRest(
    [v.strictObject({ Id: v.string(), Expression: v.string(), Label: v.string() })],
    v.strictObject({
      Id: v.string(),
      MetricStat: v.strictObject({ Metric: v.strictObject(metric), Stat: v.string(), Period: v.number() }),
      ReturnData: v.literal(false),
    }),
  ),
});
const Properties = v.union([Single, Computed]);
type Properties = v.InferOutput<typeof Properties>;

/** What an alarm says, in words. */
interface Alarm {
  /** For example `SUM(METRICS()) > 0 in 1 of 1 periods`; with `it` for the only metric. */
  readonly when: string;
  /** For example `Sum in 300 s of AWS/Lambda Errors FunctionName=<HttpLambdaFunction>`. */
  readonly of: readonly string[];
  /** Where there is an expression: its id, and those of the metrics that it may name. */
  readonly ids: readonly string[];
  readonly properties: Properties;
}

/** All alarms of the stack with these values for parameters, by logical id. A property that is not read here is refused. */
export function alarmsOf(values?: Readonly<Record<string, string>>): Readonly<Record<string, Alarm>> {
  const found = Object.entries(readStack(values).resourcesOf('AWS::CloudWatch::Alarm', Properties));
  return Object.fromEntries(found.map(([id, properties]) => [id, inWords(properties)]));
}

function inWords(properties: Properties): Alarm {
  const { Threshold, EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods } = properties;
  const rest = `> ${Threshold} in ${DatapointsToAlarm} of ${EvaluationPeriods} periods`;
  if (!('Metrics' in properties)) {
    const { Statistic, Period } = properties;
    return { when: `it ${rest}`, of: [metricInWords(properties, Statistic, Period)], ids: [], properties };
  }
  const [{ Id, Expression }, ...metrics] = properties.Metrics;
  return {
    when: `${Expression} ${rest}`,
    of: metrics.map(({ MetricStat: { Metric, Stat, Period } }) => metricInWords(Metric, Stat, Period)),
    ids: [Id, ...metrics.map((one) => one.Id)],
    properties,
  };
}

function metricInWords(
  { Namespace, MetricName, Dimensions }: Pick<v.InferOutput<typeof Single>, keyof typeof metric>,
  statistic: string,
  seconds: number,
): string {
  const dimensions = Dimensions.map(({ Name, Value }) => `${Name}=${Value}`);
  return [statistic, 'in', seconds, 's of', Namespace, MetricName, ...dimensions].join(' ');
}
