import { describe, expect, it } from 'vitest';
import { payloadV1, payloadV2, postCancellation } from '../support/http-events.ts';
import { refuse } from './refusals.ts';
import { errorOf } from './support.ts';

const ORG = '5f0a11ce0000000000000003';
const ID = '66b0f1a20000000000000011';
const USER = '66b1c0de000000000000000e';
describe.each([
  ['payload 2.0', payloadV2],
  ['payload 1.0', payloadV1],
] as const)('a body in %s', (_, payload) => {
  const post = (body: string, isBase64Encoded = false) => payload({ ...postCancellation({}), body, isBase64Encoded });

  it.each<[string, string]>([
    ['empty', ''],
    ['text', 'ann@example.com'],
    ['half a document', '{"orgId":"'],
    ['two documents', '{}{}'],
    ['a form', `orgId=${ORG}&invitationId=${ID}`],
    ['a mark before it', `\ufeff{"orgId":"${ORG}","invitationId":"${ID}"}`],
    ['single quotes', `{'orgId':'${ORG}'}`],
    ['null', 'null'],
    ['a number', '7'],
    ['text in JSON', '"x"'],
    ['a list', `[{"orgId":"${ORG}","invitationId":"${ID}"}]`],
    ['an empty object', '{}'],
    ['an unknown field', `{"orgId":"${ORG}","invitationId":"${ID}","dryrun":true}`],
    ['__proto__', `{"__proto__":{"orgId":"${ORG}","invitationId":"${ID}"}}`],
    ['__proto__ beside a request', `{"orgId":"${ORG}","invitationId":"${ID}","__proto__":{"dryRun":true}}`],
    ['dryRun as text', `{"orgId":"${ORG}","invitationId":"${ID}","dryRun":"true"}`],
    ['an id that is a list', `{"orgId":"${ORG}","invitationId":["${ID}"]}`],
    ['no organization', `{"invitationId":"${ID}"}`],
    ['no one to cancel', `{"orgId":"${ORG}"}`],
    ['a user beside an invitation', `{"orgId":"${ORG}","invitationId":"${ID}","userId":"${USER}"}`],
    ['an address with a newline', `{"orgId":"${ORG}","username":"ann@example.com\\r\\nBcc: bob@example.com"}`],
    ['an address of a megabyte', `{"orgId":"${ORG}","username":"${'a'.repeat(1_000_000)}@example.com"}`],
    ['a reason without end', `{"orgId":"${ORG}","invitationId":"${ID}","reason":"${'x'.repeat(5_000_000)}"}`],
    ['20,000 fields', `{"orgId":"${ORG}",${Array.from({ length: 20_000 }, (_x, i) => `"field${i}":"x"`).join()}}`],
    ['ten thousand brackets', '['.repeat(10_000)],
    ['ten thousand lists', `{"orgId":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
    ['ten thousand objects', `${'{"orgId":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['a lone surrogate', `{"orgId":"${ORG}","username":"\\ud800@example.com"}`],
  ])('is refused: %s', async (_what, body) => {
    const answer = await refuse(post(body));
    expect(errorOf(answer)).toMatchObject({ error: 400, errorCode: 'INVALID_REQUEST' });
    expect(answer.body).not.toContain('ann@');
  });

  it.each<[string, string]>([
    ['no base64', '{"orgId"'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00]).toString('base64')],
    ['base64 twice', Buffer.from(Buffer.from(`{"orgId":"${ORG}"}`).toString('base64')).toString('base64')],
  ])('in base64 is refused: %s', async (_what, body) => {
    expect(errorOf(await refuse(post(body, true)))).toMatchObject({ error: 400 });
  });
});
