import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../lib/configuration.ts';
import { FAILURES } from '../lib/failures.ts';
import { CancellationRequestSchema } from '../lib/request.ts';
import manifest from '../package.json' with { type: 'json' };

const root = new URL('../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');

/** The cells of every table row whose first cell is code. */
const rows = readme
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

function rowOf(name: string): string[] {
  return rows.find(([, first]) => first === `\`${name}\``) ?? [];
}

describe('the README', () => {
  it.each(Object.entries(FAILURES))('says how %s is answered', (name, { status, retry }) => {
    const [, , , http, queue] = rowOf(name);
    expect({ http, queue }).toEqual({ http: String(status), queue: retry ? 'retry' : 'dead letter' });
  });

  it.each(Object.keys(CancellationRequestSchema.entries))('describes the field %s', (field) => {
    expect(rowOf(field)).not.toEqual([]);
  });

  it('names the defaults that the configuration has', () => {
    const { cancelApi, allowMemberRemoval, unverifiedGone } = readConfiguration({ ATLAS_SECRET_ID: 'atlas' });
    expect([rowOf('ATLAS_CANCEL_API')[2], rowOf('ALLOW_MEMBER_REMOVAL')[2], rowOf('UNVERIFIED_GONE')[2]]).toEqual([
      `\`${cancelApi}\``,
      `\`${allowMemberRemoval}\``,
      `\`${unverifiedGone}\``,
    ]);
  });

  it.each([...readme.matchAll(/`(npm (?:run )?[\w-]+)/g)].map(([, command = '']) => command))(
    'names %s, which exists',
    (command) => {
      const [, name = ''] = /^npm (?:run )?([\w-]+)$/.exec(command) ?? [];
      expect(Object.keys(manifest.scripts)).toContain(name);
    },
  );

  it.each([...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, path = '']) => path))('links to %s, which exists', (path) => {
    expect(existsSync(new URL(path, root))).toBe(true);
  });

  it.each(Object.keys(manifest.dependencies))('says why %s is shipped', (name) => {
    expect(readme).toContain(`\`${name}\``);
  });
});
