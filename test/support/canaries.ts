import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { onTestFinished } from 'vitest';

/** Something planted that came out. */
export interface Sighting {
  /** What was planted. */
  readonly canary: string;
  /** Where it came out, with what stands around it. */
  readonly where: string;
}

const AROUND = 60;
/** Shorter texts would be found by chance. */
const SHORTEST = 8;

/** Secrets and addresses that are planted in a test, and looked for in all that comes out. */
export class Canaries {
  readonly #planted = new Map<string, string>();
  readonly #suspects: { readonly canary: string; readonly pattern: RegExp }[] = [];
  readonly #outputs: { readonly where: string; readonly text: string }[] = [];

  /** Plants a text, also as base64, as part of a URL and as part of JSON. Returns it. */
  plant(canary: string, text: string): string {
    if (text.length < SHORTEST) throw new Error(`${canary} is too short to be told from other text`);
    const forms = [
      text,
      Buffer.from(text).toString('base64'),
      encodeURIComponent(text),
      JSON.stringify(text).slice(1, -1),
    ];
    for (const form of forms) this.#planted.set(form.toLowerCase(), canary);
    return text;
  }

  /** Looks for whatever has this form, too. */
  suspect(canary: string, pattern: RegExp): void {
    this.#suspects.push({ canary, pattern });
  }

  /** What came out: text as it is, anything else as a log or a debugger would show it, with causes and hidden fields. */
  watch(where: string, output: unknown): void {
    const text =
      typeof output === 'string' ? output : inspect(output, { depth: 20, showHidden: true, maxStringLength: null });
    this.#outputs.push({ where, text });
  }

  /** All that was planted and has come out, anywhere, in any letter case. */
  get sightings(): Sighting[] {
    return this.#outputs.flatMap(({ where, text }) => {
      const lower = text.toLowerCase();
      const planted = [...this.#planted].map(([form, canary]) => ({ canary, at: lower.indexOf(form) }));
      const suspects = this.#suspects.map(({ canary, pattern }) => ({ canary, at: text.search(pattern) }));
      return [...planted, ...suspects]
        .filter(({ at }) => at >= 0)
        .map(({ canary, at }) => ({ canary, where: `${where}: ${text.slice(Math.max(0, at - AROUND), at + AROUND)}` }));
    });
  }
}

/**
 * Plants the credentials of every request that undici sends, for the length of a test: tokens, Basic credentials and Digest
 * answers, which no test knows beforehand. Returns the last of each scheme, without it.
 */
export function plantSentCredentials(canaries: Canaries): ReadonlyMap<string, string> {
  const sent = new Map<string, string>();
  const plant = (message: unknown) => {
    const headers = (message as { headers: string }).headers; // undici docs, "Diagnostics Channel": the request's head.
    const [, scheme = '', value = ''] = /^authorization: (\S+) (.*\S)/im.exec(headers) ?? [];
    if (value === '' || sent.get(scheme) === value) return;
    sent.set(scheme, value);
    for (const part of secretParts(scheme, value)) {
      if (part.length >= SHORTEST) canaries.plant(`the ${scheme} header's value`, part);
    }
  };
  subscribe('undici:client:sendHeaders', plant);
  onTestFinished(() => {
    unsubscribe('undici:client:sendHeaders', plant);
  });
  return sent;
}

/** What proves the one who asks; all else in an answer to a challenge, or beside a signature, is worth nothing without it. */
function secretParts(scheme: string, value: string): string[] {
  if (scheme === 'Bearer') return [value, ...value.split('.')];
  if (scheme !== 'Basic') return /\b(?:response="|Signature=)(\w+)/.exec(value)?.slice(1) ?? [];
  const credentials = Buffer.from(value, 'base64').toString();
  return [value, credentials, credentials.slice(credentials.indexOf(':') + 1)];
}

/** Everything that the process writes to its outputs during a test is watched, and goes no further. */
export function watchProcessOutputs(canaries: Canaries): void {
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = process[name];
    const write = stream.write;
    stream.write = (chunk: string | Uint8Array) => {
      canaries.watch(name, Buffer.from(chunk).toString());
      return true;
    };
    onTestFinished(() => {
      stream.write = write;
    });
  }
}
