import { describe, expect, it } from 'vitest';
import { isLower, lower } from '../../lib/atlas/address.ts';
import { judge } from '../../lib/atlas/judge.ts';
import { cloudBaseUrl, configuredBaseUrl } from '../../lib/base-url.ts';
import { readConfiguration } from '../../lib/configuration.ts';
import { readChallenge } from '../../lib/credentials/digest-challenge.ts';
import { digestHeader } from '../../lib/credentials/digest-header.ts';
import { parseSecret } from '../../lib/credentials/secret.ts';
import { judgeToken } from '../../lib/credentials/token.ts';
import { Failure } from '../../lib/failures.ts';
import { readEvent } from '../../lib/http/event.ts';
import { readInput as readRoute } from '../../lib/http/routes.ts';
import { maskParts, mayNeedMask, redact, redactJson } from '../../lib/mask.ts';
import { requestLine } from '../../lib/observability/log.ts';
import { readInput } from '../../lib/queue/body.ts';
import { toDeadLetter } from '../../lib/queue/dead-letter.ts';
import { readMessages } from '../../lib/queue/event.ts';
import { parseRequest } from '../../lib/request.ts';
import { newTrace } from '../../lib/trace.ts';
import { queueMessage, record } from '../queue/records.ts';
import { NOW } from '../support/clock.ts';
import { deleteInvitation, payloadV2, postCancellation } from '../support/http-events.ts';

const ORG = '5f0a11ce0000000000000003';
const LENGTH = 100_000;
/** A look at each character takes some milliseconds; one at each pair of them, ten thousand million, takes a minute. */
const MOST_MILLISECONDS = 1_000;

/** What is repeated: beginnings, middles and ends of everything that a pattern here looks for. */
const PUMPS =
  'a A 0 . - _ @ %40 / \\ " = , : 1. a. a- a@ -. a= a=" a=a, \\" eyJ eyJa. .eyJ Bearer Basic Digest mdb_sa_sk_ bWRiX3NhX%2B\\ Basic:+%20 response responsed node_modules/@ { [ &a= é'.split(
    ' ',
  );
const BLANKS = [' ', '\t', '\r\n', 'Bearer ', 'Basic  ', 'Digest ', 'Digest a ', 'Digest a= ', '\ud800'];
/** Beginnings and ends between which a pattern starts and can't succeed. */
const AROUND = [
  ['Digest a', '\n!'],
  ['"a@', ' "'],
] as const;

const TEXTS = [...PUMPS, ...BLANKS].flatMap((pump) =>
  AROUND.map(([start, end]) => start + pump.repeat(Math.ceil(LENGTH / pump.length)) + end),
);

const quiet = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Error)) throw error; // A refusal is as good an answer as any.
  }
};
const answer = (body: string, headers = {}) => ({ status: 400, headers, body, complete: true });
const challenge = { realm: 'x', nonce: 'x', algorithm: 'MD5' } as const;
const parts = { username: 'x', password: 'x', method: 'GET', uri: '/', challenge, count: 1, cnonce: 'x' };
const failure = new Failure('NotFound', 'x');

/** Everything that reads text from outside with patterns. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  'what is written of an unknown text': (text) => [
    redact(text),
    redactJson([{ [text]: text }]),
    mayNeedMask(text),
    maskParts(text),
  ],
  'a failure that quotes it': (text) =>
    new Failure('NotFound', text, { parameters: [text], fields: [{ field: text, description: text }] }),
  'the log line of a request': (text) =>
    requestLine(
      { asked: { door: 'http', askedBy: text, requestId: text }, failure, trace: newTrace(), milliseconds: 0 },
      NOW,
    ),
  'a request': (text) =>
    parseRequest({
      orgId: text,
      invitationId: text,
      username: text,
      userId: text,
      ifAccepted: text,
      reason: text,
      [text]: text,
    }),
  'an address': (text) => [lower(text), isLower(text)],
  'an event of API Gateway': (text) =>
    readRoute(readEvent(payloadV2(deleteInvitation(ORG, 'x', { query: text, headers: { [text.slice(0, 9)]: text } })))),
  'a body of API Gateway': (text) => readRoute(readEvent(payloadV2(postCancellation({}, { body: text })))),
  'a body of API Gateway in base64': (text) =>
    readRoute(readEvent(payloadV2(postCancellation({}, { body: text, isBase64Encoded: true })))),
  'a message of SQS': (text) =>
    readMessages({ Records: [record({ messageId: text, body: text, attributes: { ApproximateReceiveCount: text } })] }),
  'the body of a message': (text) => readInput(text),
  'a dead letter': (text) =>
    toDeadLetter(queueMessage({ body: text, queueArn: text }), new Failure('NotFound', text), NOW, text),
  'an answer of Atlas': (text) => judge(answer(text, { 'retry-after': text }), 'invites', 204, NOW),
  'an error of Atlas': (text) =>
    judge(answer(JSON.stringify({ errorCode: text, detail: text }).slice(0, 60_000)), 'invites', 204, NOW),
  'a detail of Atlas': (text) =>
    judge(
      {
        ...answer(JSON.stringify({ errorCode: 'IP_ADDRESS_NOT_ON_ACCESS_LIST', detail: text.slice(0, 50_000) })),
        status: 403,
      },
      'invites',
      204,
      NOW,
    ),
  'an answer of the token endpoint': (text) =>
    judgeToken(
      { ...answer(JSON.stringify({ access_token: text, token_type: text, expires_in: 1 })), status: 200 },
      NOW,
    ),
  'a challenge': (text) =>
    readChallenge({ 'www-authenticate': [text, `Digest ${text}`].map((field) => field.slice(0, 4_096)) as never }),
  'a challenge that is longer than any': (text) => readChallenge({ 'www-authenticate': `Digest ${text}` }),
  'an answer to a challenge': (text) =>
    digestHeader({ ...parts, challenge: { ...challenge, realm: text, nonce: text, opaque: text } }),
  'a secret': (text) =>
    [
      () => parseSecret(text),
      () => parseSecret(JSON.stringify({ clientId: text, clientSecret: text, orgId: text })),
      () => parseSecret(JSON.stringify({ clientId: 'x', clientSecret: 'x', baseUrl: text })),
    ].forEach(quiet),
  'a base URL': (text) => [configuredBaseUrl(text), cloudBaseUrl(`https://${text}`)],
  'a configuration': (text) =>
    readConfiguration({ ATLAS_SECRET_ID: text, ATLAS_ALLOWED_ORG_IDS: text, DEAD_LETTER_QUEUE_URL: text }),
};

describe('100,000 characters take a time in proportion to them, whatever they are', () => {
  it.each(Object.entries(READERS))('as %s', (_, read) => {
    for (const text of TEXTS) {
      const before = process.threadCpuUsage();
      quiet(() => read(text));
      // Of this thread alone: how busy the machine is does not count.
      const milliseconds = process.threadCpuUsage(before).user / 1000;
      if (milliseconds > MOST_MILLISECONDS)
        expect(`${milliseconds} ms for ${JSON.stringify(text.slice(0, 40))}`).toBe('less');
    }
  });
});
