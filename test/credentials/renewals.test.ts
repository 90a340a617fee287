import { describe, expect, it } from 'vitest';
import type { Call } from '../../lib/call.ts';
import type { Credential } from '../../lib/credentials/credential.ts';
import { Renewals } from '../../lib/credentials/renewals.ts';
import { deadlineIn } from '../../lib/deadline.ts';
import { newTrace } from '../../lib/trace.ts';
import { manualClock, NOW } from '../support/clock.ts';
import { MINUTE } from './support.ts';

const USE = 'DELETE invites 5f0a11ce0000000000000001';
const OTHER = 'GET users 5f0a11ce0000000000000001';

function start() {
  const clock = manualClock();
  const newCall = (): Call => ({
    orgId: '5f0a11ce0000000000000001',
    deadline: deadlineIn(20_000, clock),
    retry: { tries: 1, longestWait: 0 },
    trace: newTrace(),
  });
  return { clock, renewals: new Renewals(clock), call: newCall(), newCall };
}

function credential(): Credential {
  return {
    kind: 'service-account',
    baseUrl: 'https://cloud.mongodb.com',
    authorize: () => ({ header: undefined, answer: () => undefined, accepted: () => {} }),
  };
}

describe('a renewal that has cured nothing', () => {
  it('is remembered for a minute, and no other is due for as long', () => {
    const { clock, renewals } = start();
    renewals.begin(USE, credential());
    clock.advance(MINUTE - 1);
    expect([renewals.isUncured(USE), renewals.isUncured(OTHER), renewals.isDue()]).toEqual([true, false, false]);
    clock.advance(1);
    expect([renewals.isUncured(USE), renewals.isDue(), renewals.isBounding()]).toEqual([false, true, false]);
  });

  it('is remembered for a quarter of an hour where it was in vain, and another is due after a minute', () => {
    const { clock, renewals } = start();
    renewals.begin(USE, credential());
    renewals.inVain(USE);
    clock.advance(MINUTE);
    expect(renewals.isDue()).toBe(true);
    clock.advance(14 * MINUTE - 1);
    expect([renewals.isUncured(USE), renewals.isBounding()]).toEqual([true, true]);
    clock.advance(1);
    expect([renewals.isBounding(), renewals.isUncured(USE)]).toEqual([false, false]);
  });

  it('is in vain still while the next one is under way', () => {
    const { clock, renewals } = start();
    renewals.begin(USE, credential());
    renewals.inVain(USE);
    clock.advance(MINUTE);
    renewals.begin(USE, credential());
    clock.advance(MINUTE);
    expect(renewals.isUncured(USE)).toBe(true);
  });

  it('was not in vain because the one before it was, a quarter of an hour ago', () => {
    const { clock, renewals } = start();
    renewals.begin(USE, credential());
    renewals.inVain(USE);
    clock.advance(15 * MINUTE);
    renewals.begin(USE, credential());
    clock.advance(MINUTE);
    expect(renewals.isUncured(USE)).toBe(false);
  });

  it('is forgotten once a call is let in with another credential', () => {
    const { renewals, call } = start();
    const refused = credential();
    renewals.begin(USE, refused);
    renewals.accepted(call, USE, refused);
    expect(renewals.isUncured(USE)).toBe(true);
    renewals.accepted(call, OTHER, credential());
    expect(renewals.isUncured(USE)).toBe(true);
    renewals.accepted(call, USE, credential());
    expect(renewals.isUncured(USE)).toBe(false);
  });

  it('is, where it was in vain, forgotten only once a call is let in that was refused before', () => {
    const { renewals, call, newCall } = start();
    renewals.refused(call, USE, 1);
    renewals.begin(USE, credential());
    renewals.inVain(USE);
    renewals.accepted(newCall(), USE, credential());
    expect(renewals.isUncured(USE)).toBe(true);
    renewals.accepted(call, USE, credential());
    expect(renewals.isUncured(USE)).toBe(false);
  });
});

describe('a renewal that came to nothing', () => {
  it('is as if it had not begun', () => {
    const { renewals } = start();
    renewals.begin(USE, credential());
    renewals.failed(USE);
    expect([renewals.isUncured(USE), renewals.isDue()]).toEqual([false, true]);
  });

  it('lets another begin at once, and what was in vain before stays so', () => {
    const { clock, renewals } = start();
    renewals.begin(USE, credential());
    renewals.inVain(USE);
    clock.advance(MINUTE);
    renewals.begin(USE, credential());
    expect(renewals.isDue()).toBe(false);
    renewals.failed(USE);
    expect([renewals.isUncured(USE), renewals.isDue()]).toEqual([true, true]);
  });
});

describe('a use for which the secret alone was read', () => {
  it('is remembered for a quarter of an hour since it was refused last, and another renewal is due all the same', () => {
    const { clock, renewals, newCall } = start();
    renewals.look(USE);
    expect([renewals.isUncured(USE), renewals.isUncured(OTHER), renewals.isDue()]).toEqual([true, false, true]);
    clock.advance(15 * MINUTE - 1);
    renewals.refused(newCall(), USE, 1);
    clock.advance(15 * MINUTE - 1);
    expect([renewals.isUncured(USE), renewals.isBounding()]).toEqual([true, true]);
    clock.advance(1);
    expect([renewals.isBounding(), renewals.isUncured(USE)]).toEqual([false, false]);
  });

  it('is not remembered since it was refused again later than that', () => {
    const { clock, renewals, newCall } = start();
    renewals.look(USE);
    clock.advance(15 * MINUTE);
    renewals.refused(newCall(), USE, 1);
    expect(renewals.isUncured(USE)).toBe(false);
  });

  it('is forgotten once a call is let in, or the reading came to nothing', () => {
    const { renewals, call } = start();
    renewals.look(USE);
    renewals.look(OTHER);
    renewals.accepted(call, USE, credential());
    expect([renewals.isUncured(USE), renewals.isUncured(OTHER)]).toEqual([false, true]);
    renewals.failed(OTHER);
    expect(renewals.isUncured(OTHER)).toBe(false);
  });

  it('is remembered likewise where the renewal of another use was in vain for it', () => {
    const { clock, renewals } = start();
    renewals.inVain(USE);
    expect([renewals.isUncured(USE), renewals.isDue()]).toEqual([true, true]);
    clock.advance(15 * MINUTE);
    expect(renewals.isUncured(USE)).toBe(false);
  });
});

describe('what a call was refused for', () => {
  it('is remembered from its first refusal on, for the use that it was last refused for', () => {
    const { renewals, call, newCall } = start();
    expect(renewals.refused(call, USE, 1)).toBe(1);
    expect(renewals.refused(call, USE, 2)).toBe(1);
    expect(renewals.refused(newCall(), USE, 2)).toBe(2);
    expect(renewals.refused(call, OTHER, 3)).toBe(3);
  });

  it('counts as accepted no more once a new credential was in vain', () => {
    const { renewals, call } = start();
    renewals.accepted(call, USE, credential());
    renewals.accepted(call, OTHER, credential());
    renewals.inVain(USE);
    expect([renewals.wasAccepted(USE), renewals.wasAccepted(OTHER)]).toEqual([false, true]);
  });
});

describe('tokens that are minted in doubt', () => {
  it('follow each other by a minute, and by twice as long each time, up to a quarter of an hour', () => {
    const { clock, renewals } = start();
    renewals.begin(USE, credential());
    renewals.inVain(USE);
    const pauses: number[] = [];
    for (let minted = 0; minted < 6; minted += 1) {
      expect(renewals.mayMint()).toBe(true);
      const at = clock.now();
      renewals.minted(at);
      while (!renewals.mayMint()) {
        clock.advance(1_000);
        renewals.begin(USE, credential());
      }
      pauses.push((clock.now() - at) / MINUTE);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 15, 15]);
  });

  it('may follow at once where nothing is remembered any more', () => {
    const { clock, renewals, call } = start();
    renewals.begin(USE, credential());
    renewals.begin(OTHER, credential());
    renewals.minted(NOW);
    renewals.accepted(call, USE, credential());
    expect(renewals.mayMint()).toBe(false);
    renewals.accepted(call, OTHER, credential());
    expect(renewals.mayMint()).toBe(true);
    renewals.begin(USE, credential());
    renewals.minted(NOW);
    clock.advance(MINUTE - 1);
    expect(renewals.mayMint()).toBe(false);
    clock.advance(1);
    expect(renewals.mayMint()).toBe(true);
  });
});
