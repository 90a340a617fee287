import { describe, expect, it } from 'vitest';
import { Progress } from '../../lib/cancellation/progress.ts';
import { newTrace } from '../../lib/trace.ts';

const orgId = '5f0a11ce0000000000000001';
const invitationId = '66b0f1a20000000000000001';
const userId = '66b1c0de0000000000000001';
const username = 'ann@example.com';

type Fields =
  | { readonly invitationId: string; readonly username?: string }
  | { readonly userId: string }
  | { readonly username: string };

function progressOf(fields: Fields, dryRun = false): Progress {
  return new Progress({ orgId, ...fields, ifAccepted: 'fail', dryRun }, newTrace());
}

describe('the result of a request', () => {
  it.each<[Fields]>([[{ invitationId }], [{ userId }], [{ username }], [{ invitationId, username }]])(
    'names what was asked for, and nothing else, where Atlas told nothing: %o',
    (fields) => {
      const result = progressOf(fields).result('cancelled', 'invites');
      expect(result).toStrictEqual({ outcome: 'cancelled', confirmed: true, via: 'invites', orgId, ...fields });
    },
  );

  it('names what Atlas told in its place, and last', () => {
    const progress = progressOf({ username });
    progress.learn({ username: 'ann@Example.com', invitationId });
    progress.learn({ username: 'Ann@Example.com', userId });
    expect(progress.result('cancelled', 'invites', false)).toStrictEqual({
      outcome: 'cancelled',
      confirmed: false,
      via: 'invites',
      orgId,
      invitationId,
      userId,
      username: 'Ann@Example.com',
    });
  });

  it('is what the request has ended, by the endpoint that did it', () => {
    const progress = progressOf({ username });
    progress.ended('cancelled', 'invites');
    expect(progress.settled()).toMatchObject({ outcome: 'cancelled', via: 'invites' });
  });

  it('does not hide that a membership was ended behind an invitation that was ended too', () => {
    const progress = progressOf({ username });
    progress.ended('cancelled', 'invites');
    progress.ended('member_removed', 'users');
    progress.ended('cancelled', 'invites');
    expect(progress.settled()).toMatchObject({ outcome: 'member_removed', via: 'users' });
  });

  it.each([
    [false, 'already_gone'],
    [true, 'would_do_nothing'],
  ])('is that there was nothing to do where it has ended nothing (dry run: %s): %s', (dryRun, outcome) => {
    expect(progressOf({ username }, dryRun).settled()).toMatchObject({ outcome, via: 'users' });
  });
});
