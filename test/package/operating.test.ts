import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../infra/local/service-package.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { readStack } from './stack/cloudformation.ts';

const here = new URL('infra/OPERATING.md', projectRoot);
const guide = await readFile(here, 'utf8');
const { parameters, outputs, resourcesOf } = readStack();

/** What else is written like a parameter: fields of requests, secrets and log lines. */
const FIELDS = new Set(['invitationId', 'orgId', 'privateKey', 'publicKey', 'requestId', 'userId']);

/** All that a pattern finds in the guide, once each. */
function named(pattern: RegExp): string[] {
  return [...new Set([...guide.matchAll(pattern)].map(([, name]) => name ?? ''))];
}

describe('the operating guide', () => {
  const quoted = [...named(/--param="(\w+)=/g), ...named(/`([a-z]+[A-Z]\w+)(?:=[^`]*)?`/g)];

  it.each(quoted.filter((name) => !FIELDS.has(name)))('names the parameter %s, which there is', (name) => {
    expect(Object.keys(parameters)).toContain(name.charAt(0).toUpperCase() + name.slice(1));
  });

  it.each(named(/\$\(output (\w+)\)/g))('asks for the output %s, which there is', (name) => {
    expect(outputs).toHaveProperty(name);
  });

  it.each(named(/npm run ([a-z]+)/g))('has `npm run %s` run, which there is', (name) => {
    expect(packageJson.scripts).toHaveProperty(name);
  });

  it('says of each alarm what to do', () => {
    const alarms = resourcesOf('AWS::CloudWatch::Alarm', v.object({ AlarmName: v.string() }));
    const names = Object.values(alarms).map(({ AlarmName }) => AlarmName.replace('atlas-uninvite-dev-', ''));
    expect(named(/^\| `([a-z-]+)` +\|/gm).sort()).toEqual(names.sort());
  });

  it('quotes the number of receipts that the queue allows', () => {
    const Queue = v.object({ RedrivePolicy: v.optional(v.object({ maxReceiveCount: v.number() })) });
    const count = resourcesOf('AWS::SQS::Queue', Queue)['Queue']?.RedrivePolicy?.maxReceiveCount;
    expect(guide).toContain(`after ${count} receipts`);
  });

  it.each(named(/<<'JSON'\n([\s\S]*?)\nJSON\n/g))('has policies that are JSON', (policy) => {
    expect(JSON.parse(policy)).toHaveProperty('Version', '2012-10-17');
  });

  it.each(named(/\]\(([^)]+)\)/g))('refers to %s, which there is', async (link) => {
    const [file = '', section] = link.split('#');
    const target = file === '' ? here : new URL(file, here);
    expect(existsSync(target)).toBe(true);
    if (section === undefined) return;
    const headings = [...(await readFile(target, 'utf8')).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
    expect(headings.map((heading) => heading.toLowerCase().replaceAll(' ', '-'))).toContain(section);
  });
});
