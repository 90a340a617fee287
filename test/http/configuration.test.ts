import { describe, expect, it } from 'vitest';
import { httpDoor } from '../support/http-door.ts';
import { deleteInvitation, postCancellation } from '../support/http-events.ts';
import { ANN, errorOf, openDoor } from './support.ts';

describe('a malformed configuration', () => {
  it.each([
    ['ATLAS_BASE_URL', 'http://cloud.mongodb.com'],
    ['ATLAS_BASE_URL', 'https://user:password@cloud.mongodb.com'],
    ['ATLAS_ALLOWED_ORG_IDS', 'everyone'],
    ['ATLAS_CANCEL_API', 'both'],
    ['ALLOW_MEMBER_REMOVAL', 'yes'],
    ['UNVERIFIED_GONE', 'ignore'],
    ['DEAD_LETTER_QUEUE_URL', 'dead-letters'],
    ['ATLAS_SECRET_ID', ''],
  ])('%s=%s ends every request, and is named in the log alone', async (name, value) => {
    const { door, deletion, orgId, atlas, secretsManager, log, open } = await openDoor({
      environment: { [name]: value },
    });
    for (const request of [
      deletion(),
      deletion({ query: 'dryRun=true' }),
      postCancellation({ orgId, username: ANN }),
    ]) {
      const answer = await door.request(request);
      expect(errorOf(answer)).toEqual({
        error: 500,
        errorCode: 'INTERNAL_ERROR',
        reason: 'Internal Server Error',
        parameters: [],
        requestId: expect.any(String),
      });
      expect(answer.body).not.toContain(name);
    }
    expect(atlas.requests).toEqual([]);
    expect(secretsManager.requests).toEqual([]);
    expect(open()).toEqual([ANN]);
    expect(log.lines).toHaveLength(3);
    for (const line of log.lines) expect(line).toMatchObject({ level: 'ERROR', about: { variable: name } });
    if (value !== '') expect(log.text).not.toContain(value);
  });

  it('does not keep a malformed request from being told what is wrong with it', async () => {
    const { door } = await openDoor({ environment: { ATLAS_CANCEL_API: 'both' } });
    expect(errorOf(await door.request(deleteInvitation('x', 'y')))).toMatchObject({ error: 400 });
  });
});

describe('the organizations that may be asked for', () => {
  it('are any where none is named', async () => {
    const { cancel } = await openDoor({ environment: { ATLAS_ALLOWED_ORG_IDS: ' ' } });
    expect(await cancel()).toMatchObject({ statusCode: 204 });
  });

  it('are no others than those that are named: nothing is sent for one', async () => {
    const allowed = '5f0a11ce00000000000000ff';
    const { cancel, atlas, secretsManager } = await openDoor({ environment: { ATLAS_ALLOWED_ORG_IDS: allowed } });
    expect(errorOf(await cancel())).toMatchObject({ error: 403, errorCode: 'FORBIDDEN' });
    expect([...atlas.requests, ...secretsManager.requests]).toEqual([]);
  });
});

describe('credentials in the environment', () => {
  it('serve without Secrets Manager, and a function is warned of them', async () => {
    const { newService, account, deletion, secretsManager, log } = await openDoor();
    const environment = {
      ATLAS_SECRET_ID: '',
      MONGODB_ATLAS_CLIENT_ID: account.clientId,
      MONGODB_ATLAS_CLIENT_SECRET: account.clientSecret,
      AWS_LAMBDA_FUNCTION_NAME: 'atlas-uninvite-http',
    };
    expect(await httpDoor(newService(environment)).request(deletion())).toMatchObject({ statusCode: 204 });
    expect(secretsManager.requests).toEqual([]);
    expect(log.lines).toMatchObject([
      { level: 'WARN', message: expect.stringContaining('Secrets Manager') },
      { outcome: 'cancelled' },
    ]);
    expect(log.text).not.toContain(account.clientSecret);
  });
});
