import { describe, expect, it } from 'vitest';
import { FAILURES, Failure } from '../../lib/failures.ts';
import { ANN, type OpenDoor, openDoor } from '../http/support.ts';
import { letterOf, queueMessage } from '../queue/records.ts';
import { deleteInvitation, deleteUser, type HttpRequest, postCancellation } from '../support/http-events.ts';
import { faults, operationOf, undocumented } from './support.ts';

type Ask = (open: OpenDoor) => HttpRequest;
const post =
  (fields: object): Ask =>
  ({ orgId }) =>
    postCancellation({ orgId, ...fields });

describe('an answer of the HTTP door is as the OpenAPI document says', () => {
  it.each<[string, number, Ask]>([
    ['a cancellation by address', 200, post({ username: ANN })],
    ['a dry run', 200, post({ username: ANN, dryRun: true })],
    ['somebody who is not there', 200, post({ username: 'bob@example.com' })],
    ['a deleted invitation', 204, ({ deletion }) => deletion()],
    ['a deleted invitation in an envelope', 200, ({ deletion }) => deletion({ query: 'envelope=true&pretty=true' })],
    ['a look at an invitation in an envelope', 200, ({ deletion }) => deletion({ query: 'envelope=true&dryRun=true' })],
    ['a deleted pending user', 204, ({ orgId, userId }) => deleteUser(orgId, userId)],
    ['an invitation that nobody knows', 404, ({ orgId }) => deleteInvitation(orgId, '0'.repeat(24))],
    ['another failure in an envelope', 200, () => deleteInvitation('x', 'y', { query: 'envelope=true' })],
    ['a malformed request', 400, post({ username: 'ann' })],
    ['an organization that nobody knows', 404, post({ orgId: '0'.repeat(24), username: ANN })],
    ['a removal that is not allowed here', 403, post({ username: 'carl@example.com', ifAccepted: 'remove' })],
    ['a person who has accepted', 409, post({ username: 'carl@example.com' })],
  ])('%s: %d', async (_, status, ask) => {
    const open = await openDoor();
    open.organization.addMember('carl@example.com');
    const request = ask(open);
    const answer = await open.door.request(request);
    expect(answer.statusCode).toBe(status);
    expect(undocumented(request, answer)).toEqual([]);
  });

  it('for every status that a failure of the table can have', () => {
    const { responses } = operationOf({ method: 'POST', resource: '/cancellations' });
    for (const { status } of Object.values(FAILURES)) expect(Object.keys(responses)).toContain(`${status}`);
  });
});

describe('a query parameter of the DELETE routes', () => {
  const parameters: { name: string; in: string; schema: { type?: string; enum?: string[] } }[] = operationOf(
    deleteInvitation('x', 'y'),
  ).parameters;
  const inQuery = parameters.filter((parameter) => parameter.in === 'query');

  it.each(inQuery.flatMap(({ name, schema }) => (schema.enum ?? ['true', 'false']).map((value) => [name, value])))(
    'is taken as documented: %s=%s',
    async (name, value) => {
      const { cancel } = await openDoor({ environment: { ALLOW_MEMBER_REMOVAL: 'true' } });
      expect([200, 204]).toContain((await cancel({ query: `${name}=${value}` })).statusCode);
    },
  );

  it.each(inQuery.map(({ name }) => `${name}=x`))('is refused with any other value: %s', async (query) => {
    const { cancel } = await openDoor();
    expect((await cancel({ query })).statusCode).toBe(400);
  });
});

describe('the schema of the dead letter', () => {
  const permanent = Object.entries(FAILURES).flatMap(([name, { retry }]) => (retry ? [] : [name]));

  it.each(permanent)('takes a message that failed by %s', (name) => {
    const failure = new Failure(name as keyof typeof FAILURES, 'Why.');
    const { MessageAttributes } = letterOf(queueMessage(), failure);
    const attribute = JSON.parse(MessageAttributes?.['Failure']?.StringValue ?? '');
    expect(faults('dead-letter', attribute)).toEqual([]);
    expect(faults('dead-letter', { ...attribute, token: 'x' })).not.toEqual([]);
  });
});
