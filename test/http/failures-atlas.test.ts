import { failures as atlasFailures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import { everyCall, secret, specifyFailures } from './failure-rows.ts';

// AtlasTimeout is in in-time.test.ts, where the time is short.

specifyFailures({
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
});
