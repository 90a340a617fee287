import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { failures as atlasFailures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import { failures as awsFailures } from '../../infra/emulators/secrets-manager/aws-error.ts';
import type { FailureName } from '../../lib/failures.ts';
import { Service } from '../../lib/service.ts';
import { httpDoor } from '../support/http-door.ts';
import { deleteInvitation, deleteUser, type HttpRequest, postCancellation } from '../support/http-events.ts';
import { SECRET_ID } from '../support/stage.ts';
import { ANN, errorOf, type OpenDoor, openDoor } from './support.ts';

const OTHER_ORG = '5f0a11ce00000000000000ff';
const ROUTE_UNKNOWN: HttpRequest = { method: 'GET', resource: '/cancellations' };

interface Row {
  readonly when: string;
  readonly environment?: Record<string, string>;
  /** Brings it about. */
  readonly arrange?: (stage: OpenDoor) => void | Promise<void>;
  /** Default: deletion of the invitation by its id. */
  readonly ask?: (stage: OpenDoor) => HttpRequest;
  readonly status: number;
  readonly code: string;
  readonly retryAfter?: string;
  readonly detail?: string;
}

const member = ({ organization }: OpenDoor) => organization.accept(ANN);
const everyCall = (fault: () => ReturnType<typeof atlasFailures.badGateway>) => (stage: OpenDoor) =>
  stage.atlas.faults.always(({ path }) => (path.startsWith('/api/atlas/') ? fault() : undefined));
const everyRead = (fault: () => ReturnType<typeof awsFailures.throttled>) => (stage: OpenDoor) =>
  stage.secretsManager.faults.always(fault);
const secret = (value: string | object | Uint8Array) => (stage: OpenDoor) => {
  stage.secretsManager.put(SECRET_ID, value);
};

const ROWS: Readonly<Record<Exclude<FailureName, 'AtlasTimeout'>, readonly Row[]>> = {
  InvalidRequest: [
    {
      when: 'an id is malformed',
      ask: ({ orgId }) => deleteInvitation(orgId, 'x'),
      status: 400,
      code: 'INVALID_REQUEST',
      detail: 'invitationId must be 24 lower-case hexadecimal digits.',
    },
    {
      when: 'the address is not the one that the invitation invites',
      ask: ({ orgId, invitationId }) => postCancellation({ orgId, invitationId, username: 'bob@example.com' }),
      status: 400,
      code: 'INVALID_REQUEST',
    },
    {
      when: 'Atlas says that it is',
      arrange: ({ atlas }) =>
        atlas.faults.next(
          { status: 400, body: { error: 400, errorCode: 'VALIDATION_ERROR', detail: 'Not so.' } },
          /^DELETE/,
        ),
      status: 400,
      code: 'VALIDATION_ERROR',
      detail: 'Not so.',
    },
  ],
  InvitationNotFound: (['400-invitation', '404-invitation', '404-resource'] as const).map((goneAs) => ({
    when: `the invitation is gone, which Atlas says as ${goneAs}`,
    arrange: ({ atlas, organization }: OpenDoor) => {
      atlas.settings.goneAs = goneAs;
      organization.accept(ANN);
    },
    status: 404,
    code: goneAs === '404-resource' ? 'RESOURCE_NOT_FOUND' : 'INVALID_INVITATION_ID',
  })),
  InvitationAccepted: [
    {
      when: 'the person is a member',
      arrange: member,
      ask: ({ orgId }) => postCancellation({ orgId, username: ANN }),
      status: 409,
      code: 'INVITATION_ACCEPTED',
      detail: 'a***@example.com is an active member of this organization already.',
    },
    {
      when: 'the invitation is gone, and the person is a member',
      arrange: member,
      ask: ({ orgId, invitationId }) => postCancellation({ orgId, invitationId, username: ANN }),
      status: 409,
      code: 'INVITATION_ACCEPTED',
    },
    {
      when: 'the user is a member',
      arrange: member,
      ask: ({ orgId, userId }) => deleteUser(orgId, userId),
      status: 409,
      code: 'INVITATION_ACCEPTED',
    },
  ],
  NotFound: [
    {
      when: 'Atlas knows no such organization',
      ask: ({ invitationId }) => deleteInvitation(OTHER_ORG, invitationId),
      status: 404,
      code: 'ORG_NOT_FOUND',
      detail: `No organization with ID ${OTHER_ORG} exists.`,
    },
    { when: 'there is no such route', ask: () => ROUTE_UNKNOWN, status: 404, code: 'NOT_FOUND' },
  ],
  Forbidden: [
    {
      when: 'the organization is not on the list',
      environment: { ATLAS_ALLOWED_ORG_IDS: OTHER_ORG },
      status: 403,
      code: 'FORBIDDEN',
    },
    {
      when: "the organization is not the secret's own",
      arrange: (stage) => {
        const { clientId, clientSecret } = stage.account;
        secret({ clientId, clientSecret, orgId: OTHER_ORG })(stage);
      },
      status: 403,
      code: 'FORBIDDEN',
    },
    {
      when: 'a member would be removed, which this deployment does not do',
      arrange: member,
      ask: ({ orgId, userId }) => deleteUser(orgId, userId, { query: 'ifAccepted=remove' }),
      status: 403,
      code: 'FORBIDDEN',
    },
    {
      when: 'the invitation is one to a project',
      arrange: () => {},
      ask: ({ orgId, organization }) => deleteInvitation(orgId, organization.inviteToProject(ANN).invitationId),
      status: 403,
      code: 'CANNOT_DELETE_GROUP_INVITATION',
    },
    {
      when: 'the last owner would be removed',
      environment: { ALLOW_MEMBER_REMOVAL: 'true' },
      ask: ({ orgId, organization }) => {
        const { userId } = organization.addMember('owner@example.com', { owner: true });
        return deleteUser(orgId, userId, { query: 'ifAccepted=remove' });
      },
      status: 403,
      code: 'CANNOT_DELETE_LAST_ADMIN',
    },
  ],
  InvitationApiSunset: [
    ...(['410', '404', '406'] as const).map((sunset) => ({
      when: `the invites endpoint has ended, which Atlas says as ${sunset}`,
      arrange: ({ atlas }: OpenDoor) => {
        atlas.settings.sunset = sunset;
      },
      status: 410,
      code: 'INVITATION_API_SUNSET',
      detail: 'send the e-mail address as username instead',
    })),
    {
      when: 'the invites endpoint is not in use',
      environment: { ATLAS_CANCEL_API: 'users' },
      status: 410,
      code: 'INVITATION_API_SUNSET',
    },
  ],
  AtlasUnauthorized: [
    {
      when: 'Atlas does not know the credentials',
      arrange: secret({ clientId: 'mdb_sa_id_0', clientSecret: 'x' }),
      status: 502,
      code: 'invalid_client',
    },
    {
      when: 'the credentials lack the role',
      arrange: ({ account }) => {
        account.roles = ['ORG_READ_ONLY'];
      },
      status: 502,
      code: 'USER_UNAUTHORIZED',
    },
    {
      when: 'the account is suspended',
      arrange: everyCall(atlasFailures.accountSuspended),
      status: 502,
      code: 'ACCOUNT_SUSPENDED',
    },
    {
      when: 'Atlas forbids it by a code that nobody knows',
      arrange: everyCall(() => ({ status: 403, body: { error: 403, errorCode: 'NEVER_HEARD_OF', detail: 'No.' } })),
      status: 502,
      code: 'NEVER_HEARD_OF',
    },
  ],
  AtlasAccessListBlocked: [
    {
      when: 'our address is not on the access list',
      arrange: ({ organization }) => {
        organization.accessList = ['198.51.100.0/24'];
      },
      status: 502,
      code: 'IP_ADDRESS_NOT_ON_ACCESS_LIST',
      detail: 'Add 203.0.113.7 to the API access list',
    },
    {
      when: 'our address is not on the access list, by its old name',
      arrange: ({ organization, atlas }) => {
        organization.accessList = ['198.51.100.0/24'];
        atlas.settings.accessListCode = 'IP_ADDRESS_NOT_ON_WHITELIST';
      },
      status: 502,
      code: 'IP_ADDRESS_NOT_ON_WHITELIST',
    },
    {
      when: 'an access list is demanded and empty',
      arrange: ({ organization }) => {
        organization.accessList = [];
      },
      status: 502,
      code: 'ORG_REQUIRES_ACCESS_LIST',
    },
    {
      when: 'the token endpoint says so',
      arrange: ({ organization, atlas }) => {
        organization.accessList = ['198.51.100.0/24'];
        atlas.settings.accessListAtTokenEndpoint = true;
      },
      status: 502,
      code: 'access_denied',
    },
  ],
  AtlasRateLimited: [
    {
      when: 'the bucket is empty',
      arrange: ({ atlas }) => {
        atlas.settings.bucket.capacity = 0;
      },
      status: 429,
      code: 'RATE_LIMITED_TOKEN_BUCKET',
      retryAfter: '60',
    },
    {
      when: 'a 429 says nothing',
      arrange: everyCall(() => ({ status: 429 })),
      status: 429,
      code: 'ATLAS_RATE_LIMITED',
      retryAfter: '60',
    },
    {
      when: 'the token endpoint limits the rate',
      arrange: ({ atlas }) => {
        atlas.settings.tokenLimits.mintsPerMinute = 0;
      },
      status: 503,
      code: 'RATE_LIMITED',
      retryAfter: '60',
    },
    {
      when: 'a hundred tokens live',
      arrange: ({ atlas }) => {
        atlas.settings.tokenLimits.active = 0;
      },
      status: 503,
      code: 'access_denied',
      retryAfter: '60',
    },
  ],
  AtlasUnavailable: [
    { when: 'Atlas fails', arrange: everyCall(atlasFailures.unexpectedError), status: 502, code: 'UNEXPECTED_ERROR' },
    {
      when: 'Atlas is upgraded',
      arrange: everyCall(atlasFailures.appUpgrade),
      status: 502,
      code: 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES',
    },
    {
      when: 'Atlas refuses without a word',
      arrange: everyCall(atlasFailures.emptyForbidden),
      status: 502,
      code: 'ATLAS_UNAVAILABLE',
    },
    {
      when: 'Atlas sees a conflict',
      arrange: everyCall(atlasFailures.conflict),
      status: 502,
      code: 'DATA_CONCURRENCY_ERROR',
    },
    {
      when: 'Atlas resets every connection',
      arrange: everyCall(atlasFailures.resetBeforeActing),
      status: 502,
      code: 'ATLAS_UNAVAILABLE',
    },
    {
      when: 'Atlas refuses every connection',
      arrange: ({ atlas }) => atlas.close(),
      status: 502,
      code: 'ATLAS_UNAVAILABLE',
    },
    {
      when: 'Atlas says for how long',
      arrange: everyCall(() => atlasFailures.emptyUnavailable(30)),
      status: 503,
      code: 'ATLAS_UNAVAILABLE',
      retryAfter: '30',
    },
    {
      when: 'the token endpoint fails',
      arrange: ({ atlas }) => atlas.faults.always(atlasFailures.unexpectedError),
      status: 502,
      code: 'UNEXPECTED_ERROR',
    },
  ],
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
};

describe.each(Object.entries(ROWS))('%s', (name, rows) => {
  it.each(rows)(
    'when $when: $status $code',
    async ({ environment = {}, arrange, ask, status, code, retryAfter, detail }) => {
      // The SDK waits between its tries for a random part of the time that it may wait.
      vi.spyOn(Math, 'random').mockReturnValue(0);
      onTestFinished(() => void vi.restoreAllMocks());
      const stage = await openDoor({ environment });
      await arrange?.(stage);
      const answer = await stage.door.request(ask?.(stage) ?? stage.deletion());
      const error = errorOf(answer);

      expect(answer.statusCode).toBe(status);
      expect(error.errorCode).toBe(code);
      expect(answer.headers['retry-after']).toBe(retryAfter);
      if (detail !== undefined) expect(error.detail).toContain(detail);
      expect('detail' in error).toBe(name !== 'InternalError');
      expect('badRequestDetail' in error).toBe(code === 'INVALID_REQUEST');
      expect(stage.log.line).toMatchObject({ message: name, failure: name, status, errorCode: code });
      expect(stage.log.metrics.at(-1)).toMatchObject({ Failed: 1, failure: name });
      if (name.startsWith('Credentials')) {
        expect(stage.log.line['about']).toMatchObject({ secretId: environment['ATLAS_SECRET_ID'] ?? SECRET_ID });
        expect(answer.body).not.toContain(SECRET_ID);
      }
      if (name !== 'Forbidden') expect(stage.organization.members().length + stage.open().length).toBe(1);
    },
  );
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
      json: { error: 500, errorCode: 'INTERNAL_ERROR' },
    });
  });
});
