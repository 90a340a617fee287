import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startLambdaFunction } from '../../infra/local/lambda-function.ts';
import { clientContext } from './support.ts';

/** Starts a function with this code as its handler's body. */
async function start(body: string, environment: Record<string, string> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'archive-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const archive = join(directory, 'function.zip');
  const code = `export const handler = async (event, context) => { ${body} };`;
  await writeFile(archive, zipSync({ 'functions/example.mjs': strToU8(code) }));
  const definition = {
    name: 'example',
    handler: 'functions/example.handler',
    timeout: 30,
    memorySize: 512,
    routes: [],
  };
  const logged: string[] = [];
  const running = await startLambdaFunction(
    { ...definition, archive: pathToFileURL(archive) },
    { environment, log: (line) => logged.push(line) },
  );
  onTestFinished(running.stop);
  return { ...running, logged };
}

describe('a function on this machine', () => {
  it('gets its event and its client context as JSON, and its answer goes out as JSON', async () => {
    const { invoke } = await start(
      'return { event, custom: context.clientContext.custom, at: new Date(0), none: undefined }',
    );

    expect(await invoke({ a: [1, undefined] }, clientContext({ custom: { b: 2 } }))).toEqual({
      payload: { event: { a: [1, null] }, custom: { b: 2 }, at: '1970-01-01T00:00:00.000Z' },
    });
  });

  it('finds its own environment and nothing of this process', async () => {
    process.env['FROM_OUTSIDE'] = '1';
    onTestFinished(() => void delete process.env['FROM_OUTSIDE']);
    const { invoke } = await start('return { own: process.env.OWN, outside: process.env.FROM_OUTSIDE ?? null }', {
      OWN: 'yes',
    });

    expect(await invoke({})).toEqual({ payload: { own: 'yes', outside: null } });
  });

  it.each([
    ["throw Object.assign(new Error('why'), { name: 'Named' })", { errorType: 'Named', errorMessage: 'why' }],
    ["throw new TypeError('why')", { errorType: 'TypeError', errorMessage: 'why' }],
    ["throw 'text'", { errorType: 'string', errorMessage: 'text' }],
  ])('answers %s with its name', async (body, error) => {
    const { invoke } = await start(body);

    expect(await invoke({})).toMatchObject({ error });
  });

  it('knows what time it has left', async () => {
    const { invoke } = await start('return context.getRemainingTimeInMillis()');

    expect(await invoke({})).toEqual({ payload: expect.closeTo(30_000, -3) });
  });

  it('that ends without an answer is a failed invocation, as every one after it', async () => {
    const { invoke } = await start('process.exit(7)');

    const ended = { error: { errorType: 'Runtime.ExitError', errorMessage: 'example ended with 7.', trace: [] } };
    expect(await invoke({})).toEqual(ended);
    expect(await invoke({})).toEqual(ended);
  });

  it('is not started where its code does not load', async () => {
    await expect(start('}; throw new Error("broken"); const other = () => {')).rejects.toThrow('broken');
  });
});
