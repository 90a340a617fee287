import type { SQSBatchResponse } from 'aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AtlasOperations, type Sighting } from '../../lib/atlas/operations.ts';
import { CredentialSource } from '../../lib/credentials/source.ts';
import type { Sqs } from '../../lib/queue/sqs.ts';
import { runChaos } from './chaos.ts';
import { sum } from './report.ts';
import { scaleOf } from './scale.ts';
import type { Tampering } from './tampering.ts';

const SEED = Number(process.env['CHAOS_SEED'] ?? 1);
const SHORT = scaleOf(300);
const SHORTER = scaleOf(60);
/** Where an answer can be broken, as the report calls it. */
const PLACES = ['API', 'SQS', 'Secrets Manager', 'token'];
/** A few seconds of work, which take longer where others are at work too. */
const PATIENT = { timeout: 60_000 };

afterEach(() => {
  vi.restoreAllMocks();
});

describe(`where one answer of four is broken and functions are killed at work (CHAOS_SEED=${SEED})`, PATIENT, () => {
  it('every invitation asked for is cancelled, or whoever asked is told why not; nobody is removed unasked', async () => {
    const { counts, violations } = await runChaos({ seed: SEED, scale: SHORT });
    expect(violations).toEqual([]);
    // That it was chaos indeed.
    const share = sum(counts.broken) / (counts.requests + counts.sqsRequests);
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.3);
    const places = new Set(Object.keys(counts.broken).map((name) => name.split(': ')[0]));
    expect([...places].toSorted()).toEqual(PLACES);
    expect(counts.killed).toBe(SHORT.kills);
    expect(counts.abandoned).toBeGreaterThanOrEqual(SHORT.kills);
    expect(counts.rotations).toBe(SHORT.organizations);
    expect(counts.answered).toBeGreaterThan(0);
    expect(counts.unauthorized).toBeGreaterThan(0);
    expect(counts.endings['done']).toBeGreaterThan(SHORT.messages / 2);
  });

  it('and so it is where Atlas ends the invites endpoint in the middle', async () => {
    const { counts, violations } = await runChaos({ seed: SEED, scale: scaleOf(150), sunset: true });
    expect(violations).toEqual([]);
    expect(counts.endings['InvitationApiSunset']).toBeGreaterThan(0);
  });

  it('the same seed gives the same run, to the millisecond, and another seed another', async () => {
    const [first, again, other] = [
      await runChaos({ seed: SEED, scale: SHORTER }),
      await runChaos({ seed: SEED, scale: SHORTER }),
      await runChaos({ seed: SEED + 1, scale: SHORTER }),
    ];
    expect(again).toEqual(first);
    expect(other.counts.history).not.toBe(first.counts.history);
  });
});

/** Runs the product, spoiled: what the chaos has to say about it. */
async function spoiled(tampering: Tampering = {}): Promise<string> {
  const { violations } = await runChaos({ seed: SEED, scale: SHORTER, tampering });
  return violations.join('\n');
}

describe('the chaos notices', PATIENT, () => {
  it('a door that acknowledges everything', async () => {
    const answer = (): SQSBatchResponse => ({ batchItemFailures: [] });
    expect(await spoiled({ answer })).toContain('was acknowledged, and is still open');
  });

  it('dead letters that are said to be sent, and are not', async () => {
    const sqs = (real: Sqs): Sqs => ({ ...real, sendDeadLetters: async (_, letters) => letters.map(() => true) });
    expect(await spoiled({ sqs })).toContain('was acknowledged');
  });

  it('dead letters that give another reason', async () => {
    const sqs = (real: Sqs): Sqs => ({
      ...real,
      sendDeadLetters: (url, letters, signal) => {
        const text = JSON.stringify(letters).replaceAll('InvitationAccepted', 'Forbidden');
        return real.sendDeadLetters(url, JSON.parse(text), signal);
      },
    });
    expect(await spoiled({ sqs })).toContain('was refused as Forbidden, which is not so');
  });

  it('an address in the log', async () => {
    const write = (real: (lines: string) => void) => (lines: string) =>
      real(`${lines}${JSON.stringify({ message: 'asked for ann@example.com' })}\n`);
    expect(await spoiled({ write })).toContain('ann@');
  });

  it('a decision that does not look at the status of a person', async () => {
    const asPending = ({ users, since }: Sighting): Sighting => ({
      users: users.map((user) => ({ ...user, orgMembershipStatus: 'PENDING' })),
      since,
    });
    const { findUsers, surveyUsers, getUser } = AtlasOperations.prototype;
    vi.spyOn(AtlasOperations.prototype, 'findUsers').mockImplementation(async function (
      this: AtlasOperations,
      ...args
    ) {
      return asPending(await findUsers.apply(this, args));
    });
    vi.spyOn(AtlasOperations.prototype, 'surveyUsers').mockImplementation(async function (
      this: AtlasOperations,
      ...args
    ) {
      return asPending(await surveyUsers.apply(this, args));
    });
    vi.spyOn(AtlasOperations.prototype, 'getUser').mockImplementation(async function (this: AtlasOperations, ...args) {
      return asPending(await getUser.apply(this, args));
    });
    expect(await spoiled()).toContain('a member was removed');
  });

  it('a deletion that is believed whatever Atlas answers', async () => {
    const { deleteInvitation } = AtlasOperations.prototype;
    vi.spyOn(AtlasOperations.prototype, 'deleteInvitation').mockImplementation(async function (
      this: AtlasOperations,
      ...args
    ) {
      await deleteInvitation.apply(this, args).catch(() => {});
      return { kind: 'deleted' };
    });
    expect(await spoiled()).toContain('was acknowledged');
  });

  it('a token for each request, and a read of the secret for each token', async () => {
    vi.spyOn(CredentialSource.prototype, 'ready').mockReturnValue(undefined);
    const said = await spoiled();
    expect(said).toMatch(/tokens, which is more than/);
    expect(said).toMatch(/reads of the secret, which is more than/);
  });
});
