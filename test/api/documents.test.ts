import { readFile } from 'node:fs/promises';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { documents } from '../../infra/api/openapi.ts';
import packageJson from '../../package.json' with { type: 'json' };

const published = documents(packageJson.version);

it.each(Object.entries(published))('%s is what the code says now (else: npm run api)', async (name, document) => {
  const file = await readFile(new URL(`../../infra/api/${name}`, import.meta.url), 'utf8');
  expect(JSON.parse(file)).toEqual(document);
});

describe('openapi.json', () => {
  it('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(published['openapi.json']) ?? {});
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  it('refers to nothing that it does not have, and has nothing that it does not refer to', () => {
    const text = JSON.stringify(published['openapi.json']);
    const referred = [...text.matchAll(/"\$ref":"#\/components\/([^"]+)"/g)].map(([, name]) => name ?? '');
    const { components } = JSON.parse(text);
    const there = ['schemas', 'responses', 'headers'].flatMap((kind) =>
      Object.keys(components[kind]).map((name) => `${kind}/${name}`),
    );
    expect([...new Set(referred)].sort()).toEqual(there.sort());
  });
});
