import { describe, expect, it } from 'vitest';
import { Failure } from '../../../lib/failures.ts';
import { requestLine } from '../../../lib/observability/log.ts';
import { parseRequest } from '../../../lib/request.ts';
import { newTrace } from '../../../lib/trace.ts';
import { widgets } from './dashboard.ts';

const ORG = '0123456789abcdef01234567';
const ALL_FUNCTIONS = ['Http', 'Queue', 'Workflow'].map((door) => `SOURCE '<${door}LogGroup>'`);

const panels = {
  'Failures, by organization and by who asked': [
    ...ALL_FUNCTIONS,
    'filter ispresent(failure)',
    'stats count(*) as requests, latest(detail) as said by orgId, failure, door, askedBy',
    'sort requests desc',
    'limit 100',
  ],
  'Where the time goes, average milliseconds': [
    ...ALL_FUNCTIONS,
    // What was refused before Atlas was asked took no time of Atlas's.
    'filter tries > 0',
    'stats avg(milliseconds) as whole_request, avg(atlasMilliseconds) as waiting_for_Atlas, avg(upstreamMilliseconds) as within_Atlas by bin(15m)',
  ],
};

describe('the queries of the dashboard', () => {
  const shown = widgets().filter(({ type }) => type === 'log');

  it.each(Object.entries(panels))('under "%s" read the logs of all functions: %j', (title, query) => {
    const panel = shown.filter(({ properties }) => properties.title === title);
    expect(panel.map(({ properties }) => properties.query.split(' | '))).toEqual([query]);
  });

  it('are these only, in this region', () => {
    expect(shown.map(({ properties }) => properties.title)).toEqual(Object.keys(panels));
    for (const { properties } of shown) expect(properties.region).toBe('eu-central-1');
  });

  it('ask for fields that the log lines have', () => {
    const asked = { door: 'http', askedBy: 'arn:aws:iam::111122223333:role/offboarding' } as const;
    const request = parseRequest({ orgId: ORG, invitationId: ORG });
    const failure = new Failure('NotFound', 'Why.');
    const line = requestLine({ asked, request, failure, trace: newTrace(), milliseconds: 1 }, 0);

    const text = Object.values(panels).flat().join(' | ');
    const fields = [
      ...text.matchAll(/(?:avg|latest|ispresent)\((\w+)\)|filter (\w+) [<>=]/g),
      ...text.matchAll(/(?: by |, )(\w+)(?=,| \|)/g),
    ];
    const names = fields.flatMap(([, first, second]) => first ?? second ?? []);
    expect(names).toEqual(expect.arrayContaining(['failure', 'detail', 'orgId', 'askedBy', 'upstreamMilliseconds']));
    for (const name of names) expect(JSON.parse(line)).toHaveProperty(name);
  });
});
