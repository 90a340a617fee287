import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { failures } from '../../infra/emulators/secrets-manager/aws-error.ts';
import { systemClock } from '../../lib/clock.ts';
import { secretsManagerReader } from '../../lib/credentials/secret-reader.ts';
import { redactJson } from '../../lib/mask.ts';
import { Network } from '../../lib/transport/network.ts';
import { SECRET_ID, startStage } from '../support/stage.ts';
import { costMeter, endOf, startClockedStage, tryDeletion } from './support.ts';

const GARBAGE = { headers: { 'Content-Type': 'application/x-amz-json-1.1' }, status: 200 };
/** Enough for the repetitions of the SDK. */
const ALWAYS = 10;

describe('Secrets Manager', () => {
  it.each([
    ['throttles', failures.throttled(), 'CredentialsUnavailable', 503],
    ['errs', failures.internalError(), 'CredentialsUnavailable', 503],
    ['breaks the connection', failures.reset(), 'CredentialsUnavailable', 503],
    ['answers with HTML', failures.garbage(), 'CredentialsUnavailable', 503],
    [
      'answers with half a document',
      { ...GARBAGE, body: '{"SecretString":"{\\"clientSecret\\":\\"xx' },
      'CredentialsUnavailable',
      503,
    ],
    ['answers with a number', { ...GARBAGE, body: '7' }, 'CredentialsInvalid', 500],
    ['answers with null', { ...GARBAGE, body: 'null' }, 'CredentialsInvalid', 500],
    ['answers without a value', failures.emptyAnswer(), 'CredentialsInvalid', 500],
    ['denies access', failures.accessDenied(), 'CredentialsInvalid', 500],
    ["can't decrypt", failures.decryptionFailure(), 'CredentialsInvalid', 500],
  ])('that %s leads to the right failure, and the next request recovers', async (_, fault, name, status) => {
    const { service, organization, secretsManager, atlas, log } = await startStage();
    secretsManager.faults.next(fault, undefined, ALWAYS);
    const { failure } = await tryDeletion(service, organization.id);
    expect(failure).toMatchObject({ name, status });
    expect(atlas.counts.requests).toBe(0);
    // The log names the secret, and whoever calls the API does not see it.
    expect(log.line).toMatchObject({ failure: name, about: { secretId: SECRET_ID } });
    const { logged, ...shown } = failure ?? {};
    expect(logged).toMatchObject({ secretId: SECRET_ID });
    expect(JSON.stringify([shown, failure?.message, redactJson(failure?.cause)])).not.toContain(SECRET_ID);

    secretsManager.faults.clear();
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
  });

  it.each([
    ['is not there', (name: string) => name, () => {}],
    ['has no version yet', () => SECRET_ID, 'put'],
    ['is marked for deletion', () => SECRET_ID, 'delete'],
  ] as const)('whose secret %s leads to CredentialsInvalid', async (_, nameOf, act) => {
    const { newService, organization, secretsManager, log } = await startStage();
    if (typeof act === 'string') secretsManager[act](SECRET_ID);
    const secretId = nameOf('another/secret');
    const { failure } = await tryDeletion(newService({ ATLAS_SECRET_ID: secretId }), organization.id);
    expect(failure).toMatchObject({ name: 'CredentialsInvalid', status: 500 });
    expect(log.line).toMatchObject({ about: { secretId } });
  });

  it.each([
    ['bytes', new Uint8Array([1, 2]), 'The secret holds no text.'],
    ['no client secret', { clientId: 'mdb_sa_id_1' }, 'The secret has no clientSecret.'],
  ])('whose secret holds %s leads to CredentialsInvalid, and says why', async (_, value, message) => {
    const { service, organization, secretsManager, log } = await startStage();
    secretsManager.put(SECRET_ID, value);
    expect((await tryDeletion(service, organization.id)).failure).toMatchObject({
      name: 'CredentialsInvalid',
      message,
    });
    expect(log.line).toMatchObject({ about: { secretId: SECRET_ID }, detail: message });
  });

  it('whose answer can not be read is not quoted: it may hold a piece of the secret', async () => {
    const { service, organization, secretsManager, log } = await startStage();
    secretsManager.faults.next({ ...GARBAGE, body: '{"SecretString": planted-piece}' }, undefined, ALWAYS);
    const { failure } = await tryDeletion(service, organization.id);
    expect(failure).toMatchObject({ name: 'CredentialsUnavailable', logged: { reason: 'SyntaxError' } });
    expect(log.text + inspect(failure, { depth: 20, showHidden: true })).not.toContain('planted');
  });

  it('that never answers is waited for so long and no longer', async () => {
    const { secretsManager } = await startStage();
    secretsManager.faults.next(failures.neverAnswers(), undefined, ALWAYS);
    const read = secretsManagerReader(new Network(systemClock));
    await expect(read(SECRET_ID, 50)).rejects.toMatchObject({
      name: 'CredentialsUnavailable',
      logged: { secretId: SECRET_ID },
    });
  });

  it('is asked once where many requests fail together', async () => {
    const stage = await startClockedStage();
    stage.secretsManager.faults.next(failures.accessDenied(), undefined, ALWAYS);
    const cost = costMeter(stage);
    const served = await Promise.all(
      Array.from({ length: 50 }, () => tryDeletion(stage.service, stage.organization.id)),
    );
    expect(new Set(served.map(endOf))).toEqual(new Set(['CredentialsInvalid']));
    expect(cost()).toEqual({ exchanges: 0, reads: 1 });
  });

  it('is found by ARN too, and only its current version is read', async () => {
    const { newService, organization, account, secretsManager } = await startStage();
    const arn = secretsManager.put('rotated', { clientId: account.clientId, clientSecret: 'old' });
    secretsManager.rotate('rotated', { clientId: account.clientId, clientSecret: account.clientSecret });
    const service = newService({ ATLAS_SECRET_ID: arn });
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
  });
});
