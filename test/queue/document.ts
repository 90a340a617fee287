import { readFile, writeFile } from 'node:fs/promises';

const DOCUMENT = new URL('../../lib/queue/PACING.md', import.meta.url);

/** What the document says in the part of this name. With UPDATE_PACING set, `now` is written there first. */
export async function documented(part: string, now: string): Promise<string | undefined> {
  const text = await readFile(DOCUMENT, 'utf8');
  const place = new RegExp(`(?<=<!-- ${part} -->\n\n)[^]*?(?=\n\n<!-- end of ${part} -->)`);
  if (process.env['UPDATE_PACING']) {
    const written = text.replace(place, () => now);
    await writeFile(DOCUMENT, written);
    return place.exec(written)?.[0];
  }
  return place.exec(text)?.[0];
}
