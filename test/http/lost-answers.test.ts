import { describe, expect, it } from 'vitest';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import type { Fault } from '../../infra/emulators/loopback/faults.ts';
import { httpDoor } from '../support/http-door.ts';
import { deleteUser, postCancellation } from '../support/http-events.ts';
import { ANN, errorOf, openDoorTo } from './support.ts';

describe('an answer that was lost after Atlas had acted', () => {
  const LOST: [string, Fault][] = [
    ['reset', failures.resetAfterActing()],
    ['reset within the head', failures.headThenReset()],
    ['cut within the head', failures.cutBody()],
    ['closed without a byte', { ...failures.staleKeepAlive(), act: true }],
    ['lost by a gateway, which answers 502', { ...failures.badGateway(), act: true }],
    ['lost by a gateway, which answers 504', { status: 504, act: true }],
  ];

  it.each(LOST)('is a success that nobody confirmed, where only the id is known: %s', async (_, fault) => {
    const { cancel, open, log, api } = await openDoorTo(fault);
    expect(await cancel()).toMatchObject({ statusCode: 204, body: undefined });
    expect(log.line).toMatchObject({ level: 'WARN', outcome: 'cancelled', confirmed: false, tries: 2 });
    expect(log.metrics).toMatchObject([{ Cancelled: 1, Unconfirmed: 1 }]);
    expect(api().map(({ method }) => method)).toEqual(['DELETE', 'DELETE']);
    expect(open()).toEqual([]);
  });

  it.each(LOST)('is a success that a look confirms, where the person is known: %s', async (_, fault) => {
    const { door, orgId, invitationId, open, log } = await openDoorTo(fault);
    const { statusCode, json } = await door.request(postCancellation({ orgId, invitationId, username: ANN }));
    expect(statusCode).toBe(200);
    expect(json).toMatchObject({ outcome: 'cancelled', confirmed: true, invitationId, username: ANN });
    expect(log.line).toMatchObject({ level: 'INFO', confirmed: true });
    expect(open()).toEqual([]);
  });

  it.each(LOST)('is a success of the users endpoint, too: %s', async (_, fault) => {
    const { door, orgId, userId, newService } = await openDoorTo(fault);
    const users = httpDoor(newService({ ATLAS_CANCEL_API: 'users' }));
    expect(await users.request(deleteUser(orgId, userId))).toMatchObject({ statusCode: 204 });
    expect(await door.request(deleteUser(orgId, userId))).toMatchObject({ statusCode: 204 });
  });

  it.each<[string, Fault]>([
    ['reset', failures.resetBeforeActing()],
    ['lost by a gateway', failures.badGateway()],
  ])('or before it had: the next try confirms it (%s)', async (_, fault) => {
    const { cancel, log } = await openDoorTo(fault);
    expect(await cancel()).toMatchObject({ statusCode: 204 });
    expect(log.line).toMatchObject({ confirmed: true });
  });

  it('is no success where the person accepted meanwhile and is known', async () => {
    const { door, orgId, invitationId, organization, atlas } = await openDoorTo(failures.resetBeforeActing());
    atlas.settings.after = ({ method }) => {
      if (method !== 'DELETE') return;
      organization.accept(ANN);
      atlas.settings.after = undefined;
    };
    const answer = await door.request(postCancellation({ orgId, invitationId, username: ANN }));
    expect(errorOf(answer)).toMatchObject({ error: 409, errorCode: 'INVITATION_ACCEPTED' });
    expect(organization.members()).toHaveLength(1);
  });
});
