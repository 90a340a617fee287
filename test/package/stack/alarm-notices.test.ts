import { describe, expect, it } from 'vitest';
import { alarmsOf } from './alarm.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:111122223333:operators';

describe.each(Object.entries(alarmsOf()))('%s', (id, { when, ids, properties }) => {
  it('says what to do, within what CloudWatch keeps of a description', () => {
    expect(properties.AlarmDescription.length).toBeLessThanOrEqual(1024);
    expect(properties.AlarmDescription).toMatch(/\b(mend|put|raise|look|see|start|find|says? why|deploy)\b/i);
  });

  it('is never raised by silence', () => {
    expect(properties.TreatMissingData).toBe('notBreaching');
  });

  it('names no metric in its expression that it does not have, and no two alike', () => {
    expect(new Set(ids).size).toBe(ids.length);
    const [expression = ''] = when.split(' > ');
    const [, ...metrics] = ids;
    // An id begins with a lower-case letter, a function with a capital (CloudWatch user guide, using-metric-math).
    for (const [named] of expression.matchAll(/\b[a-z]\w*/g)) expect(['it', ...metrics]).toContain(named);
  });

  it('tells nobody unless a topic is given', () => {
    expect(properties).toMatchObject({ AlarmActions: [], OKActions: [] });
  });

  it('tells the topic that is given, when it begins and when it is over', () => {
    const told = alarmsOf({ AlarmTopicArn: TOPIC })[id]?.properties;
    expect(told).toMatchObject({ ActionsEnabled: true, AlarmActions: [TOPIC], OKActions: [TOPIC] });
  });
});
