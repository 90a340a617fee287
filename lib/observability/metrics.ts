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
  let declarations = '';
  let values = '';
  for (const name of Object.keys(metrics)) {
    declarations += `${declarations && ','}${declarationOf(name)}`;
    values += `,"${name}":${metrics[name]}`;
  }
  const directives = declarations ? [directive('["service"]', declarations)] : [];
  if (failure !== undefined) {
    directives.push(directive('["service"],["service","failure"]', declarationOf(failures)));
    values += `,"${failures}":1,"failure":"${failure}"`;
  }
  if (directives.length === 0) return '';
  return `{"_aws":{"Timestamp":${at},"CloudWatchMetrics":[${directives.join()}]},"service":${JSON.stringify(service)}${values}}\n`;
}

function directive(dimensions: string, metrics: string): string {
  return `{"Namespace":"${NAMESPACE}","Dimensions":[${dimensions}],"Metrics":[${metrics}]}`;
}

function declarationOf(name: string): string {
  return name === 'AtlasLatency' ? `{"Name":"${name}","Unit":"Milliseconds"}` : `{"Name":"${name}","Unit":"Count"}`;
}

/**
 * What one request counts for. `InvitesApiNeeded` are requests that no other endpoint could have served: an invitation's id
 * says nothing to the successor of the invites endpoint, which ends on 2027-07-01.
 */
export function requestMetrics({ request, result, trace }: Served): Metrics {
  const untranslatable = request?.invitationId !== undefined && request.username === undefined;
  const metrics: Record<string, number> = {};
  // What a request has ended counts, though it failed at the rest.
  const ended = result?.outcome ?? trace.ended?.outcome;
  count(metrics, 'Cancelled', Number(ended === 'cancelled'));
  count(metrics, 'Unconfirmed', Number(result?.confirmed === false));
  count(metrics, 'AlreadyGone', Number(result?.outcome === 'already_gone'));
  count(metrics, 'MemberRemoved', Number(ended === 'member_removed'));
  count(metrics, 'InvitesApiCalls', trace.invitesApiCalls);
  count(metrics, 'InvitesApiNeeded', Number(untranslatable && trace.invitesApiCalls > 0));
  countTrace(metrics, trace);
  return metrics;
}

/** What a preflight counts for. Its calls of the invites endpoint don't count: nobody depends on them. */
export function preflightMetrics({ trace }: Checked): Metrics {
  const metrics: Record<string, number> = {};
  countTrace(metrics, trace);
  return metrics;
}

function countTrace(metrics: Record<string, number>, { rateLimited, tokensMinted, tries, atlasMilliseconds }: Trace) {
  count(metrics, 'RateLimited', rateLimited);
  count(metrics, 'TokenMinted', tokensMinted);
  if (tries > 0) metrics['AtlasLatency'] = Math.round(atlasMilliseconds / tries);
}

function count(metrics: Record<string, number>, name: string, value: number): void {
  if (value > 0) metrics[name] = value;
}

/** The deployment's name in the metrics: the function's own without its door, so that the three doors add up. */
export function serviceName(functionName: string | undefined): string {
  return functionName?.replace(/-(http|queue|workflow)$/, '') || NAMESPACE;
}
