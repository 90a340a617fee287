import { describe, expect, it } from 'vitest';
import { Bucket } from '../../lib/queue/pacing/bucket.ts';

const START = Date.parse('2026-11-23T08:00:00Z');
const MINUTE = 60_000;

/** A bucket in the middle of its range of chances, and what happens to it, at seconds after the start. */
function watchedBucket(chance = 0) {
  const bucket = new Bucket(() => chance);
  const at = (seconds: number) => START + seconds * 1_000;
  const answered = (seconds: number, remaining: number, requests = 1) =>
    bucket.learn(
      { askedAt: at(seconds), requests, rateLimit: { capacity: 500, remaining }, retryAfter: undefined },
      at(seconds),
    );
  const refused = (seconds: number, retryAfter: number) =>
    bucket.learn(
      {
        askedAt: at(seconds),
        requests: 1,
        rateLimit: { capacity: 500, remaining: 0, refill: 250, seconds: 60 },
        retryAfter,
      },
      at(seconds),
    );
  return {
    bucket,
    answered,
    refused,
    room: (seconds: number) => bucket.roomAt(at(seconds)),
    /** Second after the start at which a message that is parked now wakes. */
    wakes: (seconds: number) => seconds + bucket.park(at(seconds)) / 1_000,
  };
}

describe('a bucket', () => {
  it('has room before Atlas has said anything', () => {
    expect(watchedBucket().room(0)).toBe('free');
  });

  it('has what Atlas said is left, less what is under way', () => {
    const { bucket, answered, room } = watchedBucket();
    answered(0, 40);
    for (let message = 0; message < 30; message += 1) bucket.begin();
    expect(room(0)).toBe('perhaps');
    bucket.end();
    expect(room(0)).toBe('free');
  });

  it('is tried by one message at a time while it seems empty and nobody said until when', () => {
    const { bucket, answered, room } = watchedBucket();
    answered(0, 0);
    expect(room(0)).toBe('free');
    bucket.begin();
    expect(room(0)).toBe('perhaps');
  });

  it('tells those who wait when a message has ended', async () => {
    const { bucket, answered, refused, room } = watchedBucket();
    answered(0, 0);
    bucket.begin();
    const { nextEnd } = bucket;
    refused(1, 20);
    bucket.end();
    await nextEnd;
    expect(room(1)).toBe('none');
  });

  it('has none until the moment that a 429 names', () => {
    const { refused, room } = watchedBucket();
    refused(0, 20);
    expect([0, 19, 20, 21].map(room)).toEqual(['none', 'none', 'free', 'free']);
  });

  it('is left alone for as long as a 429 asks, though it is refilled meanwhile', () => {
    const { refused, room, wakes } = watchedBucket();
    refused(0, 300);
    expect([100, 299, 300].map(room)).toEqual(['none', 'none', 'free']);
    expect(wakes(100)).toBe(301);
  });

  it('is asked again where it is seen to hold more than it did before that', () => {
    const { refused, answered, room } = watchedBucket();
    refused(0, 50);
    answered(10, 249);
    expect(room(11)).toBe('free');
  });

  it('is refilled every minute from when it was seen to hold more than before', () => {
    const { answered, wakes } = watchedBucket();
    answered(0, 100);
    answered(10, 330);
    expect(wakes(11)).toBe(70 + 1);
  });

  it('is not refilled by answers that overtake each other', () => {
    const { answered, refused, room } = watchedBucket();
    refused(0, 60);
    answered(61, 0);
    answered(62, 15);
    expect(room(63)).toBe('none');
  });

  it('gives its last tokens one at a time, since others have requests under way too', () => {
    const { bucket, refused, answered, room } = watchedBucket();
    refused(0, 10);
    answered(11, 12);
    expect(room(12)).toBe('free');
    bucket.begin();
    bucket.begin();
    expect(room(12)).toBe('perhaps');
  });

  it('gives them freely to a process that is alone', () => {
    const { bucket, refused, answered, room } = watchedBucket();
    refused(0, 10);
    for (let remaining = 249; remaining >= 12; remaining -= 1) answered(11, remaining);
    bucket.begin();
    expect(room(12)).toBe('free');
    bucket.end();
    for (let remaining = 11; remaining >= 0; remaining -= 1) answered(12, remaining);
    expect(room(13)).toBe('none');
  });

  it('leaves its very last ones to the others where they are many', () => {
    const { refused, answered, room } = watchedBucket();
    refused(0, 10);
    for (let remaining = 249; remaining >= 5; remaining -= 10) answered(11, remaining);
    answered(12, 5);
    expect(room(12)).toBe('none');
  });

  describe.each([
    ['which is said to hold less than there are others', { capacity: 1 }],
    ['which is said to get less back than there are others', { capacity: 500, refill: 1, seconds: 60 }],
  ])('%s', (_, sizes) => {
    /** Nine others and this process, and then a 429 that says so. */
    function reckonedEmpty() {
      const watched = watchedBucket();
      const told = (seconds: number, remaining: number, retryAfter?: number) => {
        const askedAt = START + seconds * 1_000;
        watched.bucket.learn({ askedAt, requests: 1, rateLimit: { ...sizes, remaining }, retryAfter }, askedAt);
      };
      for (let remaining = 490; remaining >= 90; remaining -= 10) watched.answered(0, remaining);
      told(0, 0, 50);
      return { ...watched, told };
    }

    it('is asked by one message when a refill has passed without an answer, whatever is believed of it', () => {
      const { bucket, room } = reckonedEmpty();
      expect([49, 50, 59].map(room)).toEqual(['none', 'none', 'none']);
      expect([60, 36_000].map(room)).toEqual(['free', 'free']);
      bucket.begin();
      expect(room(60)).toBe('perhaps');
    });

    it('is left alone for another refill after an answer that tells no better', () => {
      const { told, room } = reckonedEmpty();
      told(60, 0);
      expect([61, 119, 120].map(room)).toEqual(['none', 'none', 'free']);
      told(120, 0, 50);
      expect([121, 179, 180].map(room)).toEqual(['none', 'none', 'free']);
    });

    it('is used again after one that does', () => {
      const { answered, room } = reckonedEmpty();
      answered(60, 400);
      expect(room(61)).toBe('free');
    });
  });

  it('is asked by none while a 429 says so, though many refills have passed', () => {
    const { refused, room } = watchedBucket();
    refused(0, 3_600);
    expect([60, 3_599, 3_600].map(room)).toEqual(['none', 'none', 'free']);
  });

  it('is asked as often by the next message as by those before', () => {
    const cheap = watchedBucket();
    cheap.answered(0, 14, 1);
    cheap.bucket.begin();
    expect(cheap.room(0)).toBe('free');
    const dear = watchedBucket();
    dear.answered(0, 14, 3);
    dear.bucket.begin();
    expect(dear.room(0)).toBe('perhaps');
  });

  it('holds up nothing where few messages need it at all', () => {
    const { bucket, answered, room } = watchedBucket();
    answered(0, 0);
    bucket.begin();
    for (let message = 0; message < 50; message += 1) {
      bucket.learn({ askedAt: START, requests: 0, rateLimit: undefined, retryAfter: undefined }, START);
    }
    expect(room(0)).toBe('free');
  });

  it('that fills bit by bit is given the whole time of a refill', () => {
    const { refused, room } = watchedBucket();
    refused(0, 1);
    expect(room(1)).toBe('free');
    refused(2, 1);
    expect([3, 60].map(room)).toEqual(['none', 'none']);
    expect(room(61)).toBe('free');
  });

  it('is believed where it names another moment than was expected', () => {
    const { refused, room } = watchedBucket();
    refused(0, 50);
    refused(51, 20);
    expect([70, 71].map(room)).toEqual(['none', 'free']);
  });
});

describe('messages that are parked', () => {
  it('wake soon after the bucket is refilled, over a third of the time between two refills', () => {
    const early = watchedBucket(0);
    early.refused(0, 20);
    expect(early.wakes(0)).toBe(21);
    const late = watchedBucket(1);
    late.refused(0, 20);
    expect(late.wakes(0)).toBe(41);
  });

  it('fill one refill after the other, somewhat more than its share of each', () => {
    const { refused, wakes } = watchedBucket();
    refused(0, 20);
    const steps = Array.from({ length: 400 }, () => Math.floor((wakes(0) - 20) / 60));
    expect(steps.filter((step) => step === 0)).toHaveLength(188); // 250, half of it ours, one and a half times.
    expect(steps.filter((step) => step === 1)).toHaveLength(188);
    expect(steps.filter((step) => step === 2)).toHaveLength(24);
  });

  it('wake within ten refills though they are placed further ahead, since plans age', () => {
    const { refused, wakes } = watchedBucket(1);
    refused(0, 20);
    const waking = Array.from({ length: 5_000 }, () => wakes(0));
    expect(Math.max(...waking)).toBeLessThanOrEqual(20 + 11 * 60);
    expect(Math.min(...waking.slice(-100))).toBeGreaterThan(5 * 60);
  });

  it('come back within a minute where nothing is known of refills', () => {
    const { answered, bucket } = watchedBucket(1);
    answered(0, 0);
    expect(bucket.park(START)).toBe(MINUTE + 1_000);
  });

  it('follow another refill as soon as a 429 says so', () => {
    const { bucket, wakes } = watchedBucket();
    const rateLimit = { capacity: 10, remaining: 0, refill: 5, seconds: 300 };
    bucket.learn({ askedAt: START, requests: 1, rateLimit, retryAfter: 100 }, START);
    expect([wakes(0), wakes(0), wakes(0), wakes(0), wakes(0)]).toEqual([101, 101, 101, 101, 401]);
  });
});
