import { describe, expect, it } from 'vitest';
import { httpDoor } from '../support/http-door.ts';
import { postCancellation } from '../support/http-events.ts';
import { startStage } from '../support/stage.ts';
import { PERSON, plantOn } from './planted.ts';

describe('the search itself', () => {
  it('finds what is planted in text, in other spellings, in causes, in hidden fields and in what was sent', async () => {
    const { service, organization, canaries, sent, sightings } = await plantOn(await startStage());
    expect(sightings()).toEqual([]);
    await httpDoor(service).request(postCancellation({ orgId: organization.id, username: 'nobody@example.com' }));
    expect([...sent.schemes].sort()).toEqual(['AWS4-HMAC-SHA256', 'Basic', 'Bearer']);
    const token = sent.last.replace('Bearer ', '');
    canaries.watch('1', `token ${token}`);
    canaries.watch('2', { deep: { deeper: [Buffer.from(PERSON).toString('base64')] } });
    canaries.watch('3', new Error('outer', { cause: new Error(`inner ${encodeURIComponent(PERSON)}`) }));
    canaries.watch('4', Object.defineProperty({}, 'hidden', { value: PERSON.toUpperCase(), enumerable: false }));
    process.stdout.write(`${PERSON}\n`);
    const seen = canaries.sightings.map(({ canary, where }) => `${where.split(':', 1)[0]}: ${canary}`);
    expect(seen).toEqual([
      "1: the Bearer header's value",
      '2: the address',
      '3: the address',
      '4: the address',
      'stdout: the address',
    ]);
  });
});
