import { describe, expect, it, vi } from 'vitest';
import { failures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import type { Fault } from '../../infra/emulators/loopback/faults.ts';
import { withInvitation } from './support.ts';

describe('an answer that is held', () => {
  it.each<[string, Fault, number, number]>([
    ['after acting', failures.neverAnswers(true), 204, 0],
    ['before acting', failures.neverAnswers(), 503, 1],
    ['in the middle of its body', { ...failures.unexpectedError(), delivery: 'slow-body' }, 500, 1],
    ['slowly, though there is no body', failures.slowBody(), 204, 0],
  ])('%s comes when it is released', async (_, fault, status, left) => {
    const { atlas, cancel, open } = await withInvitation();
    const acted = Promise.withResolvers<void>();
    atlas.settings.after = () => acted.resolve();
    atlas.faults.next(fault);
    let answered = false;
    const answer = cancel().finally(() => {
      answered = true;
    });
    await acted.promise;
    await new Promise(setImmediate);
    expect(open()).toBe(left);
    expect(answered).toBe(false);
    expect(atlas.faults.held).toBe(1);
    atlas.faults.release();
    expect((await answer).status).toBe(status);
    expect(atlas.faults.held).toBe(0);
  });

  it('is let go by its own promise, whatever else is released', async () => {
    const { atlas, cancel } = await withInvitation();
    const own = Promise.withResolvers<void>();
    const acted = Promise.withResolvers<void>();
    atlas.settings.after = () => acted.resolve();
    atlas.faults.next({ act: true, delivery: 'hold', until: own.promise });
    const answer = cancel();
    await acted.promise;
    atlas.faults.release();
    own.resolve();
    expect((await answer).status).toBe(204);
  });

  it('is forgotten when its caller goes away', async () => {
    const { atlas, agent, cancel } = await withInvitation();
    const acted = Promise.withResolvers<void>();
    atlas.settings.after = () => acted.resolve();
    atlas.faults.next(failures.neverAnswers());
    const broken = expect(cancel()).rejects.toThrow();
    await acted.promise;
    await agent.destroy();
    await broken;
    await vi.waitFor(() => expect(atlas.faults.held).toBe(0));
  });

  it('breaks when the server closes', async () => {
    const { atlas, cancel } = await withInvitation();
    const acted = Promise.withResolvers<void>();
    atlas.settings.after = () => acted.resolve();
    atlas.faults.next(failures.neverAnswers());
    const broken = expect(cancel()).rejects.toThrow();
    await acted.promise;
    await atlas.close();
    await broken;
  });
});
