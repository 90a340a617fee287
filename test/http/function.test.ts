import { expect, it, onTestFinished, vi } from 'vitest';
import type { HttpResponse } from '../../lib/http/response.ts';
import { readAnswer } from '../support/http-door.ts';
import { deleteInvitation, type HttpRequest, payloadV1, payloadV2 } from '../support/http-events.ts';
import { lambdaContext, REQUEST_ID } from '../support/lambda.ts';
import { errorOf, openDoor } from './support.ts';

/** The function as Lambda loads it: all that it knows, it has from the environment. */
async function load(environment: Record<string, string> = {}) {
  const stage = await openDoor();
  const whole = { ...stage.environment, AWS_LAMBDA_FUNCTION_NAME: 'atlas-uninvite-test-http', ...environment };
  for (const [name, value] of Object.entries(whole)) vi.stubEnv(name, value);
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0);
  const silent = vi.spyOn(console, 'error').mockReturnValue();
  vi.resetModules();
  onTestFinished(() => void vi.restoreAllMocks());
  const { handler } = await import('../../functions/http.ts');
  const invoke = async (event: unknown): Promise<HttpResponse> => handler(event, lambdaContext());
  const request = async (asked: HttpRequest) => readAnswer(await invoke(payloadV2(asked)));
  return { ...stage, invoke, request, written, silent };
}

it('the function of the HTTP door answers API Gateway, and writes its lines straight to stdout', async () => {
  const { invoke, request, deletion, orgId, atlas, secretsManager, written, silent } = await load();
  expect(atlas.requests.length + secretsManager.requests.length).toBe(0);

  const cancelled = await invoke(payloadV2(deletion()));
  expect(cancelled).toEqual({ statusCode: 204, headers: expect.any(Object) });
  expect(cancelled.headers).not.toHaveProperty('Content-Type');

  expect(errorOf(await request(deletion()))).toMatchObject({ error: 404, requestId: REQUEST_ID });
  expect(errorOf(readAnswer(await invoke(payloadV1(deleteInvitation(orgId, 'x')))))).toMatchObject({ error: 400 });
  expect(errorOf(readAnswer(await invoke(null)))).toMatchObject({ error: 400 });

  const lines = written
    .join('')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.filter((line) => !('_aws' in line)).map(({ message }) => message)).toEqual([
    'cancelled',
    'InvitationNotFound',
    'InvalidRequest',
    'InvalidRequest',
  ]);
  expect(lines.find((line) => '_aws' in line)).toMatchObject({ service: 'atlas-uninvite-test', Cancelled: 1 });
  expect(silent).not.toHaveBeenCalled();
});

it('the function of the HTTP door shows what an error of 500 and above is, and prints none but in its line', async () => {
  const { request, deletion, atlas, silent, written } = await load({ ATLAS_SECRET_ID: 'another' });
  const answer = await request(deletion());
  expect(errorOf(answer)).toMatchObject({ error: 500, errorCode: 'CREDENTIALS_INVALID', requestId: REQUEST_ID });
  expect(atlas.requests).toEqual([]);
  expect(written.join('')).toContain('"failure":"CredentialsInvalid"');
  expect(silent).not.toHaveBeenCalled();
});

it('the function of the HTTP door is loaded with a malformed configuration, and says so with every answer', async () => {
  const { request, deletion, written } = await load({ ATLAS_BASE_URL: 'http://cloud.mongodb.com' });
  expect(errorOf(await request(deletion()))).toMatchObject({ error: 500, errorCode: 'INTERNAL_ERROR' });
  expect(written.join('')).toContain('"variable":"ATLAS_BASE_URL"');
});

it('the function of the HTTP door that Lambda initialises reads its secret ahead, and asks for no token before it is asked', async () => {
  const { request, deletion, atlas, secretsManager } = await load({ AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' });
  expect(secretsManager.requests).toHaveLength(1);
  expect(atlas.requests).toEqual([]);
  expect(await request(deletion())).toMatchObject({ statusCode: 204 });
  expect(secretsManager.requests).toHaveLength(1);
  expect(atlas.counts.tokensMinted).toBe(1);
});
