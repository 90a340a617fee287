import type { Served } from '../served.ts';

const NAMESPACE = 'atlas-uninvite';

type Metrics = Readonly<Record<string, number>>;

/**
 * A line in CloudWatch's embedded metric format (AWS docs, "Specification: Embedded metric format"). No id and no address
 * is ever a dimension: each value would be a metric of its own. Empty where there is nothing to count.
 * @param failures metrics that are counted by the name of the failure too
 */
export function metricLine(service: string, at: number, metrics: Metrics, failure?: string): string {
  const directive = (dimensions: string[][], names: string[]) => ({
    Namespace: NAMESPACE,
    Dimensions: dimensions,
    Metrics: names.map((Name) => ({ Name, Unit: Name === 'AtlasLatency' ? 'Milliseconds' : 'Count' })),
  });
  const names = Object.keys(metrics);
  const CloudWatchMetrics = names.length > 0 ? [directive([['service']], names)] : [];
  if (failure !== undefined) CloudWatchMetrics.push(directive([['service'], ['service', 'failure']], ['Failed']));
  if (CloudWatchMetrics.length === 0) return '';
  const values = failure === undefined ? metrics : { ...metrics, Failed: 1, failure };
  return `${JSON.stringify({ _aws: { Timestamp: at, CloudWatchMetrics }, service, ...values })}\n`;
}

/** What one request counts for. */
export function requestMetrics({ result, trace }: Served): Metrics {
  const metrics: Record<string, number> = {};
  const count = (name: string, value: number) => {
    if (value > 0) metrics[name] = value;
  };
  count('Cancelled', Number(result?.outcome === 'cancelled'));
  count('Unconfirmed', Number(result?.confirmed === false));
  count('AlreadyGone', Number(result?.outcome === 'already_gone'));
  count('MemberRemoved', Number(result?.outcome === 'member_removed'));
  count('RateLimited', trace.rateLimited);
  count('TokenMinted', trace.tokensMinted);
  count('InvitesApiCalls', trace.invitesApiCalls);
  if (trace.tries > 0) metrics['AtlasLatency'] = Math.round(trace.atlasMilliseconds / trace.tries);
  return metrics;
}

/** The deployment's name in the metrics: the function's own without its door, so that the three doors add up. */
export function serviceName(functionName: string | undefined): string {
  return functionName?.replace(/-(http|queue|workflow)$/, '') || NAMESPACE;
}
