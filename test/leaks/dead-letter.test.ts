import { describe, expect, it } from 'vitest';
import { startQueueStage } from '../queue/stage.ts';
import { hostileAnswers } from './hostile.ts';
import { PERSON, plantOn, requestsAbout } from './planted.ts';

describe('a dead letter', () => {
  it('says why it is one without a secret or an address; only its body is as it came', async () => {
    const planted = await plantOn(await startQueueStage());
    const { atlas, queue, deliver, organization, canaries, told, sightings } = planted;
    const bodies = [
      ...requestsAbout(planted).map((request) => JSON.stringify(request)),
      JSON.stringify({ orgId: organization.id, username: PERSON, [PERSON]: PERSON }),
      `{"username":"${PERSON}`,
    ];
    await queue.send({ orgId: organization.id, username: PERSON, dryRun: true });
    await deliver();
    for (const body of bodies) await queue.send(body);
    const lasting = hostileAnswers(told()).filter(({ status }) => status === 400 || status === 403);
    let turn = 0;
    atlas.faults.always(({ path }) => {
      turn += 1;
      return path.startsWith('/api/atlas/') ? lasting[turn % lasting.length] : undefined;
    });
    await deliver();
    const letters = await queue.deadLetters();
    expect(letters.length).toBeGreaterThan(2);
    for (const { Body, MessageAttributes } of letters) {
      expect(bodies).toContain(Body);
      canaries.watch('dead letter', MessageAttributes);
    }
    expect(sightings()).toEqual([]);
  });
});
