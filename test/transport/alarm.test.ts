import { describe, expect, it } from 'vitest';
import { Alarm } from '../../lib/transport/alarm.ts';

/** An alarm; what rings is told as it does, with whether it was too early for it. */
function newAlarm() {
  const alarm = new Alarm();
  const rang: string[] = [];
  const set = (name: string, milliseconds: number) => {
    const from = performance.now();
    return new Promise<void>((resolve) => {
      alarm.set(milliseconds, () => {
        rang.push(performance.now() < from + milliseconds ? `${name}, too early` : name);
        resolve();
      });
    });
  };
  return { alarm, set, rang };
}

describe('an alarm', () => {
  it('rings when its time is over', async () => {
    const { set, rang } = newAlarm();
    await set('a', 5);
    expect(rang).toEqual(['a']);
  });

  it.each([
    ['later than the one before would have', 20, 30],
    ['earlier', 5_000, 10],
    ['at once', 5_000, 0],
  ])('that is set anew rings for the last alone, %s', async (_, first, second) => {
    const { alarm, set, rang } = newAlarm();
    void set('a', first);
    alarm.clear();
    await set('b', second);
    expect(rang).toEqual(['b']);
  });

  it('rings in time after many that it had no need to ring for', async () => {
    const { alarm, set, rang } = newAlarm();
    for (let request = 0; request < 100; request += 1) {
      void set('answered', 10);
      alarm.clear();
    }
    await set('lost', 20);
    expect(rang).toEqual(['lost']);
  });

  it('does not ring once it is cleared, and rings again once it is set again', async () => {
    const { alarm, set, rang } = newAlarm();
    const another = newAlarm();
    void set('a', 5);
    alarm.clear();
    await another.set('later', 15);
    expect(rang).toEqual([]);
    await set('b', 5);
    expect(rang).toEqual(['b']);
  });

  it('can be set by what it calls', async () => {
    const { alarm, set, rang } = newAlarm();
    await new Promise<void>((resolve) => alarm.set(5, () => void set('b', 5).then(resolve)));
    expect(rang).toEqual(['b']);
  });

  it('keeps no process alive', () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    void newAlarm().set('a', 5_000);
    expect(timers()).toBe(before);
  });
});
