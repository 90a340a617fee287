import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../lib/atlas/judge.ts';
import type { Resource } from '../../lib/atlas/resource.ts';
import { judgeToken } from '../../lib/credentials/token.ts';
import { FAILURES, Failure } from '../../lib/failures.ts';
import type { Answer } from '../../lib/transport/exchange.ts';
import { NOW } from '../support/clock.ts';
import { codePoint } from './arbitraries.ts';

/** Answers from which something final follows: nobody tries again after them. Everything else must be tried again. */
const FINAL: readonly (readonly [resource: Resource | 'any', statuses: readonly number[], code: RegExp, as: string])[] =
  [
    ['invites', [400, 404], /^INVALID_INVITATION_ID$/, 'gone'],
    ['users', [404], /^USER_NOT_(FOUND|IN_ORG)$/, 'gone'],
    ['invites', [410], /./, 'sunset'],
    ['invites', [404], /^RESOURCE_NOT_FOUND$/, 'doubtful'],
    ['invites', [400], /^INVALID_VERSION_DATE$/, 'doubtful'],
    ['any', [400, 403], /^CANNOT_(DELETE|DEMOTE|REMOVE)_/, 'Forbidden'],
    ['any', [400], /^(VALIDATION_ERROR|INVALID_(?!VERSION_DATE$|QUERY_PARAMETER$|ENUM_VALUE$).*)$/, 'InvalidRequest'],
    ['any', [404], /^(ORG_NOT_FOUND|INVALID_ORG_ID|NOT_ATLAS_ORG)$/, 'NotFound'],
  ];
/** The two that need no word of Atlas: the list is read before anything follows from them. */
const DOUBTFUL_BY_STATUS = [406, 410];

const code = fc.oneof(
  fc.constantFrom(
    'INVALID_INVITATION_ID',
    'USER_NOT_FOUND',
    'USER_NOT_IN_ORG',
    'RESOURCE_NOT_FOUND',
    'INVALID_VERSION_DATE',
    'VERSION_GONE',
    'CANNOT_DELETE_LAST_ADMIN',
    'CANNOT_CLOSE_ACCOUNT',
    'VALIDATION_ERROR',
    'INVALID_PATH_PARAMETER',
    'INVALID_QUERY_PARAMETER',
    'INVALID_ENUM_VALUE',
    'ORG_NOT_FOUND',
    'NOT_ATLAS_ORG',
    'RATE_LIMITED',
    'IP_ADDRESS_NOT_ON_ACCESS_LIST',
    'invalid_client',
    'access_denied',
  ),
  fc.stringMatching(/^[A-Z_]{1,20}$/),
  fc.anything(),
);
const detail = fc.oneof(
  fc.string(),
  fc.constantFrom('active token limit reached', 'not on the access list', null),
  fc.anything(),
);
const error = fc
  .record(
    { errorCode: code, error: code, detail, error_description: detail, parameters: fc.anything() },
    { requiredKeys: [] },
  )
  .map((value) => JSON.stringify(value) ?? '');
const token = fc
  .record({
    access_token: fc.oneof(fc.constant('x'.repeat(40)), fc.string({ unit: codePoint }), fc.anything()),
    token_type: fc.constantFrom('Bearer', 'bearer', 'mac', 7),
    expires_in: fc.oneof(fc.constant(3600), fc.double(), fc.anything()),
  })
  .map((value) => JSON.stringify(value) ?? '');
const body = fc.oneof(
  { arbitrary: error, weight: 5 },
  token,
  fc.json(),
  fc.string(),
  fc.constantFrom('', '<html>', 'null', '[]'),
);
const retryAfter = fc.oneof(
  fc.constantFrom(
    '0',
    '7',
    '-1',
    '1e9',
    '999999999',
    'Wed, 21 Oct 2015 07:28:00 GMT',
    'Fri, 31 Dec 9999 23:59:59 GMT',
    'soon',
    '',
  ),
  fc.string(),
);
const headers = fc.record({ 'retry-after': retryAfter, 'content-type': fc.string() }, { requiredKeys: [] });
const status = fc.oneof(
  fc.constantFrom(200, 204, 400, 401, 402, 403, 404, 406, 409, 410, 429, 503),
  fc.integer({ min: 200, max: 599 }),
);
const answer: fc.Arbitrary<Answer> = fc.record({ status, headers, body, complete: fc.boolean() });

/** The code of Atlas in an answer, read in the plainest way; undefined where it has none that can be believed. */
function codeOf({ body: text, complete }: Answer): string | undefined {
  if (!complete) return undefined;
  try {
    const { errorCode, error: oauth } = JSON.parse(text);
    return [errorCode, oauth].find((word) => typeof word === 'string');
  } catch {
    return undefined;
  }
}

function expectSound({ name, status: ours, errorCode, retryAfter: seconds, message }: Failure): void {
  expect(Object.keys(FAILURES)).toContain(name);
  expect(ours).toSatisfy((given) => given >= 400 && given <= 599);
  expect(errorCode).toMatch(/^\w+$/);
  expect(message).not.toBe('');
  if (seconds !== undefined)
    expect(seconds).toSatisfy((given) => Number.isInteger(given) && given >= 1 && given <= 3_600);
}

describe('any answer of Atlas', () => {
  it('is in one row, and final only where a row names its status and its code', () => {
    fc.assert(
      fc.property(
        answer,
        fc.constantFrom<Resource>('invites', 'users'),
        fc.constantFrom(200, 204),
        (given, resource, expected) => {
          const verdict = judge(given, resource, expected, NOW);
          expect(judge(given, resource, expected, NOW)).toEqual(verdict);
          if (verdict.kind === 'done') {
            expect(given.status).toBe(expected);
            if (expected === 200) expect([given.complete, verdict.body]).toEqual([true, JSON.parse(given.body)]);
            return;
          }
          expectSound(verdict.failure);
          const final = verdict.kind !== 'failure' || !verdict.failure.retry;
          if (!final) return;
          const said = codeOf(given) ?? '';
          const rows = FINAL.filter(
            ([where, statuses, codes]) =>
              (where === 'any' || where === resource) && statuses.includes(given.status) && codes.test(said),
          ).map(([, , , as]) => as);
          if (resource === 'invites' && DOUBTFUL_BY_STATUS.includes(given.status)) rows.push('doubtful');
          expect(rows).toContain(verdict.kind === 'failure' ? verdict.failure.name : verdict.kind);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('any answer of the token endpoint', () => {
  it('is a token that fits a header and an hour or a day, or a failure that is tried again', () => {
    fc.assert(
      fc.property(answer, (given) => {
        const judged = judgeToken(given, NOW);
        if (judged instanceof Failure) {
          expectSound(judged);
          expect(judged.retry).toBe(true);
          return;
        }
        expect([given.status, given.complete]).toEqual([200, true]);
        expect(judged.accessToken).toMatch(/^[\x21-\x7e]{1,9000}$/);
        expect(judged.expiresIn).toSatisfy((life) => Number.isInteger(life) && life >= 1 && life <= 86_400);
      }),
      { numRuns: 1_000 },
    );
  });
});
