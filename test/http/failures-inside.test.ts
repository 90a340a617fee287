import { describe, expect, it } from 'vitest';
import { failures as awsFailures } from '../../infra/emulators/secrets-manager/aws-error.ts';
import { Service } from '../../lib/service.ts';
import { httpDoor } from '../support/http-door.ts';
import { SECRET_ID } from '../support/stage.ts';
import { everyRead, secret, specifyFailures } from './failure-rows.ts';
import { errorOf, openDoor } from './support.ts';

specifyFailures({
  CredentialsUnavailable: [
    {
      when: 'Secrets Manager limits the rate',
      arrange: everyRead(awsFailures.throttled),
      status: 503,
      code: 'CREDENTIALS_UNAVAILABLE',
    },
    {
      when: 'Secrets Manager fails',
      arrange: everyRead(awsFailures.internalError),
      status: 503,
      code: 'CREDENTIALS_UNAVAILABLE',
    },
    {
      when: 'Secrets Manager resets every connection',
      arrange: everyRead(awsFailures.reset),
      status: 503,
      code: 'CREDENTIALS_UNAVAILABLE',
    },
    {
      when: 'Secrets Manager answers HTML',
      arrange: everyRead(awsFailures.garbage),
      status: 503,
      code: 'CREDENTIALS_UNAVAILABLE',
    },
    {
      when: 'Secrets Manager can not be reached',
      arrange: ({ secretsManager }) => secretsManager.close(),
      status: 503,
      code: 'CREDENTIALS_UNAVAILABLE',
    },
  ],
  CredentialsInvalid: [
    {
      when: 'there is no such secret',
      environment: { ATLAS_SECRET_ID: 'another' },
      status: 500,
      code: 'CREDENTIALS_INVALID',
    },
    {
      when: 'the secret has no value',
      arrange: ({ secretsManager }) => void secretsManager.put(SECRET_ID),
      status: 500,
      code: 'CREDENTIALS_INVALID',
    },
    {
      when: 'the secret is to be deleted',
      arrange: ({ secretsManager }) => secretsManager.delete(SECRET_ID),
      status: 500,
      code: 'CREDENTIALS_INVALID',
    },
    {
      when: 'we may not read the secret',
      arrange: everyRead(awsFailures.accessDenied),
      status: 500,
      code: 'CREDENTIALS_INVALID',
    },
    {
      when: 'the secret can not be decrypted',
      arrange: everyRead(awsFailures.decryptionFailure),
      status: 500,
      code: 'CREDENTIALS_INVALID',
    },
    { when: 'the secret is no JSON', arrange: secret('xxxx'), status: 500, code: 'CREDENTIALS_INVALID' },
    { when: 'the secret is binary', arrange: secret(new Uint8Array([1, 2])), status: 500, code: 'CREDENTIALS_INVALID' },
    {
      when: 'the secret lacks half',
      arrange: secret({ clientId: 'mdb_sa_id_0' }),
      status: 500,
      code: 'CREDENTIALS_INVALID',
    },
  ],
  InternalError: [
    {
      when: 'the configuration is malformed',
      environment: { ATLAS_CANCEL_API: 'both' },
      status: 500,
      code: 'INTERNAL_ERROR',
    },
  ],
});

describe('a bug of ours', () => {
  it('is answered without detail, and told in the log with its stack', async () => {
    const { environment, log, clock, deletion } = await openDoor();
    const readSecret = async () => {
      throw new TypeError('undefined is not a secret');
    };
    const service = new Service({ environment, clock, write: log.write, readSecret });
    const answer = await httpDoor(service).request(deletion());
    expect(errorOf(answer)).toMatchObject({ error: 500, errorCode: 'INTERNAL_ERROR', reason: 'Internal Server Error' });
    expect(answer.body).not.toContain('secret');
    expect(log.line).toMatchObject({ level: 'ERROR', failure: 'InternalError' });
    expect(log.line['cause']).toContain('TypeError: undefined is not a secret\n    at ');
  });

  it('is answered even where it is in the writing of the log', async () => {
    const { environment, clock, deletion } = await openDoor();
    const write = () => {
      throw new Error('no space left on device');
    };
    const answer = await httpDoor(new Service({ environment, clock, write })).request(deletion());
    expect(answer).toMatchObject({
      statusCode: 500,
      headers: { 'content-type': 'application/json' },
      json: { error: 500, errorCode: 'INTERNAL_ERROR', reason: 'Internal Server Error', parameters: [] },
    });
  });
});
