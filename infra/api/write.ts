import { readFile, writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import { documents } from './openapi.ts';

// Writes the documents anew from the code: `npm run api`. The tests fail while they differ.
const file = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
const { version } = v.parse(v.object({ version: v.string() }), JSON.parse(file));
for (const [name, document] of Object.entries(documents(version))) {
  await writeFile(new URL(name, import.meta.url), `${JSON.stringify(document, undefined, 2)}\n`);
}
