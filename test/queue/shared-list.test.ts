import { describe, expect, it } from 'vitest';
import { SharedLists } from '../../lib/cancellation/shared-lists.ts';
import { manualClock } from '../support/clock.ts';
import { startQueueStage } from './stage.ts';

describe('messages of a batch that ask by address', () => {
  it('share one list of invitations', async () => {
    const { atlas, organization, queue, deliver } = await startQueueStage();
    for (let number = 1; number <= 10; number += 1) {
      const username = `person${number}@example.com`;
      organization.invite(username);
      await queue.send({ orgId: organization.id, username });
    }
    expect(await deliver()).toEqual({ batchItemFailures: [] });
    expect(organization.invitations()).toEqual([]);
    const sent = atlas.requests.map(({ method, path }) => `${method} ${path.split('/').slice(6, 7)}`);
    expect(sent.filter((request) => request === 'GET invites')).toHaveLength(1);
    expect(sent.filter((request) => request === 'DELETE invites')).toHaveLength(10);
  });

  it('miss nobody who was invited after the list was read', async () => {
    const { atlas, organization, queue, deliver } = await startQueueStage();
    organization.invite('ann@example.com');
    await queue.send({ orgId: organization.id, username: 'ann@example.com' });
    await queue.send({ orgId: organization.id, username: 'late@example.com' });
    atlas.settings.after = ({ path }) => {
      if (path.endsWith('/invites') && !organization.person('late@example.com'))
        organization.invite('late@example.com');
    };
    expect(await deliver()).toEqual({ batchItemFailures: [] });
    expect(organization.invitations()).toEqual([]);
    // Through the invites endpoint, which can't end a membership, though the list did not show the invitation.
    expect(atlas.requests.filter(({ method, path }) => method === 'DELETE' && path.includes('/users/'))).toEqual([]);
  });

  it('end no membership, and mistake none for an absence', async () => {
    const { atlas, organization, queue, deliver } = await startQueueStage();
    for (const username of ['ann@example.com', 'eve@example.com']) {
      organization.invite(username);
      await queue.send({ orgId: organization.id, username });
    }
    atlas.settings.after = ({ path }) => {
      if (path.endsWith('/invites') && organization.person('eve@example.com')?.status === 'PENDING') {
        organization.accept('eve@example.com');
      }
    };
    expect(await deliver()).toEqual({ batchItemFailures: [] });
    expect(organization.person('eve@example.com')?.status).toBe('ACTIVE');
    const [letter] = await queue.deadLetters();
    expect(letter?.MessageAttributes?.['Failure']?.StringValue).toContain('InvitationAccepted');
  });

  it('come back together where it can not be read, and read it anew then', async () => {
    const { atlas, organization, queue, deliver, reveal } = await startQueueStage();
    for (const username of ['ann@example.com', 'bob@example.com']) {
      organization.invite(username);
      await queue.send({ orgId: organization.id, username });
    }
    atlas.faults.next({ status: 503 }, /GET .*invites/, 2);
    expect((await deliver()).batchItemFailures).toHaveLength(2);
    await reveal();
    expect(await deliver()).toEqual({ batchItemFailures: [] });
    expect(organization.invitations()).toEqual([]);
  });
});

describe('the rate limit that the reading of a shared list meets', () => {
  it('parks all who wait for the list, and not the one alone who has asked', async () => {
    const { atlas, organization, queue, deliver, hidden } = await startQueueStage({ edges: { random: () => 0.9 } });
    for (let number = 1; number <= 10; number += 1) {
      const username = `person${number}@example.com`;
      organization.invite(username);
      await queue.send({ orgId: organization.id, username });
    }
    atlas.faults.next({ status: 429, headers: { 'Retry-After': '40' } }, /GET .*invites/);
    expect((await deliver()).batchItemFailures).toHaveLength(10);
    expect(atlas.requests.filter(({ path }) => path.includes('/invites'))).toHaveLength(1);
    // 40 seconds, one to be sure, and nine tenths of a third of a minute; as mere failures they would come after 45.
    for (const seconds of hidden()) expect(seconds).toBeGreaterThan(55);
    expect(hidden()).toHaveLength(10);
  });
});

describe('a shared list', () => {
  const list = { kind: 'found', value: [] } as const;

  /** Lists of which every reading is counted. */
  function counted() {
    const clock = manualClock();
    const lists = new SharedLists(clock);
    let readings = 0;
    const read = async () => {
      readings += 1;
      return list;
    };
    return { clock, lists, read, readings: () => readings };
  }

  it('is read once for all who want it, and again when it is older than a few seconds', async () => {
    const { clock, lists, read, readings } = counted();
    await Promise.all([lists.of('a', read), lists.of('a', read)]);
    clock.advance(4_999);
    await lists.of('a', read);
    expect(readings()).toBe(1);
    clock.advance(1);
    await lists.of('a', read);
    expect(readings()).toBe(2);
  });

  it('is of one organization', async () => {
    const { lists, read, readings } = counted();
    await Promise.all([lists.of('a', read), lists.of('b', read)]);
    expect(readings()).toBe(2);
  });

  it('that could not be read is read again by the next who wants it', async () => {
    const { lists, read, readings } = counted();
    await expect(lists.of('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await lists.of('a', read)).toBe(list);
    expect(readings()).toBe(1);
  });

  it('that could not be read after long leaves in place what was read since', async () => {
    const { clock, lists, read, readings } = counted();
    const { promise, reject } = Promise.withResolvers<never>();
    const slow = lists.of('a', () => promise);
    clock.advance(5_000);
    await lists.of('a', read);
    reject(new Error('no'));
    await expect(slow).rejects.toThrow('no');
    await lists.of('a', read);
    expect(readings()).toBe(1);
  });
});
