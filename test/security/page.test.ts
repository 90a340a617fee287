import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('SECURITY.md', root), 'utf8');
const files = [
  ...new Set([...page.matchAll(/`((?:lib|test|infra)\/[\w./-]+|package[\w.-]+json)`/g)].map(([, file = '']) => file)),
];

it('the page on security names files', () => {
  expect(files.length).toBeGreaterThan(30);
});

it.each(files)('the page on security names %s, which exists', (file) => {
  expect(existsSync(new URL(file, root))).toBe(true);
});
