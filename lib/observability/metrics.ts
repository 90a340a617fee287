import type { Checked, Served } from '../served.ts';
import type { Trace } from '../trace.ts';

const NAMESPACE = 'atlas-uninvite';

type Metrics = Readonly<Record<string, number>>;

/**
 * A line in CloudWatch's embedded metric format (AWS docs, "Specification: Embedded metric format"). No id and no address
 * is ever a dimension: each value would be a metric of its own. Empty where there is nothing to count.
 * @param failure the name of what failed: counted alone and by name, as the metric `failures`
 */
export function metricLine(
  service: string,
  at: number,
  metrics: Metrics,
  failure?: string,
  failures: 'Failed' | 'PreflightFailed' = 'Failed',
): string {
  const directive = (dimensions: string[][], names: string[]) => ({
    Namespace: NAMESPACE,
    Dimensions: dimensions,
    Metrics: names.map((Name) => ({ Name, Unit: Name === 'AtlasLatency' ? 'Milliseconds' : 'Count' })),
  });
  const names = Object.keys(metrics);
  const CloudWatchMetrics = names.length > 0 ? [directive([['service']], names)] : [];
  if (failure !== undefined) CloudWatchMetrics.push(directive([['service'], ['service', 'failure']], [failures]));
  if (CloudWatchMetrics.length === 0) return '';
  const values = failure === undefined ? metrics : { ...metrics, [failures]: 1, failure };
  return `${JSON.stringify({ _aws: { Timestamp: at, CloudWatchMetrics }, service, ...values })}\n`;
}

/**
 * What one request counts for. `InvitesApiNeeded` are requests that no other endpoint could have served: an invitation's id
 * says nothing to the successor of the invites endpoint, which ends on 2027-07-01.
 */
export function requestMetrics({ request, result, trace }: Served): Metrics {
  const untranslatable = request?.invitationId !== undefined && request.username === undefined;
  return {
    ...counted('Cancelled', Number(result?.outcome === 'cancelled')),
    ...counted('Unconfirmed', Number(result?.confirmed === false)),
    ...counted('AlreadyGone', Number(result?.outcome === 'already_gone')),
    ...counted('MemberRemoved', Number(result?.outcome === 'member_removed')),
    ...counted('InvitesApiCalls', trace.invitesApiCalls),
    ...counted('InvitesApiNeeded', Number(untranslatable && trace.invitesApiCalls > 0)),
    ...traceMetrics(trace),
  };
}

/** What a preflight counts for. Its calls of the invites endpoint don't count: nobody depends on them. */
export function preflightMetrics({ trace }: Checked): Metrics {
  return traceMetrics(trace);
}

function traceMetrics({ rateLimited, tokensMinted, tries, atlasMilliseconds }: Trace): Metrics {
  return {
    ...counted('RateLimited', rateLimited),
    ...counted('TokenMinted', tokensMinted),
    ...(tries > 0 ? { AtlasLatency: Math.round(atlasMilliseconds / tries) } : {}),
  };
}

function counted(name: string, value: number): Metrics {
  return value > 0 ? { [name]: value } : {};
}

/** The deployment's name in the metrics: the function's own without its door, so that the three doors add up. */
export function serviceName(functionName: string | undefined): string {
  return functionName?.replace(/-(http|queue|workflow)$/, '') || NAMESPACE;
}
