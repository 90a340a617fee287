import { expect, it } from 'vitest';
import { deleteInvitation, deleteUser } from '../support/http-events.ts';
import { openDoor } from './support.ts';

const HUNDRED = Array.from({ length: 100 }, (_, index) => `person${index}@example.com`);

it('a hundred requests at once cost one read of the secret and one token', async () => {
  const { door, organization, orgId, atlas, secretsManager, open, log } = await openDoor();
  const ids = HUNDRED.map((username) => organization.invite(username).invitationId);
  const answers = await Promise.all(ids.map((id) => door.request(deleteInvitation(orgId, id))));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(100).fill(204));
  expect(secretsManager.requests).toHaveLength(1);
  expect(atlas.counts).toMatchObject({ tokenRequests: 1, tokensMinted: 1, requests: 101 });
  expect(open()).toEqual(['ann@example.com']);
  expect(log.lines).toHaveLength(100);
  expect(new Set(log.lines.map(({ invitationId }) => invitationId)).size).toBe(100);
});

it('a hundred requests at once use fifty connections, and each is used again', async () => {
  const { door, organization, orgId, api } = await openDoor();
  const ids = HUNDRED.map((username) => organization.invite(username).invitationId);
  await Promise.all(ids.map((id) => door.request(deleteInvitation(orgId, id))));
  expect(new Set(api().map(({ connection }) => connection)).size).toBeLessThanOrEqual(51);
});

it('a hundred requests at once through the users endpoint look and delete on one connection each', async () => {
  const { door, organization, orgId, api } = await openDoor({ environment: { ATLAS_CANCEL_API: 'users' } });
  const ids = HUNDRED.map((username) => organization.invite(username).userId);
  const answers = await Promise.all(ids.map((id) => door.request(deleteUser(orgId, id))));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(100).fill(204));
  for (const requests of Map.groupBy(api(), ({ connection }) => connection).values()) {
    for (const [index, { method, path }] of requests.entries()) {
      expect(method).toBe(index % 2 === 0 ? 'GET' : 'DELETE');
      if (method === 'DELETE') expect(requests[index - 1]?.path).toBe(path);
    }
  }
});

it('a hundred requests for the same invitation cancel it once, and none of them fails otherwise than by finding it gone', async () => {
  const { cancel, open, organization } = await openDoor();
  const answers = await Promise.all(HUNDRED.map(() => cancel()));
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([204, ...Array<number>(99).fill(404)]);
  expect(open()).toEqual([]);
  expect(organization.history.filter(({ type }) => type === 'cancelled')).toHaveLength(1);
});

it('nothing of a request is left for the next: trace, query and answer are its own', async () => {
  const { cancel, log } = await openDoor();
  const [dry, real] = await Promise.all([
    cancel({ query: 'dryRun=true&pretty=true' }),
    cancel({ query: 'envelope=true' }),
  ]);
  expect(dry).toMatchObject({ statusCode: expect.any(Number), body: expect.stringContaining('\n  ') });
  expect(real.json).toEqual({ status: 204 });
  expect(log.lines).toHaveLength(2);
});
