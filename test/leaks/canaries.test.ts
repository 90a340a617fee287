import { describe, expect, it } from 'vitest';
import { Canaries, plantSentCredentials, watchProcessOutputs } from '../support/canaries.ts';
import { httpDoor } from '../support/http-door.ts';
import { postCancellation } from '../support/http-events.ts';
import { startStage } from '../support/stage.ts';
import { PERSON } from './planted.ts';

describe('the search itself', () => {
  it('finds what is planted in text, in other spellings, in causes, in hidden fields and in what was sent, and what only looks like it', async () => {
    const { service, organization } = await startStage();
    const canaries = new Canaries();
    const sent = plantSentCredentials(canaries);
    watchProcessOutputs(canaries);
    canaries.plant('the address', PERSON);
    canaries.suspect('another address', /\w@other/);
    await httpDoor(service).request(postCancellation({ orgId: organization.id, username: 'nobody@example.com' }));
    expect([...sent.keys()].sort()).toEqual(['AWS4-HMAC-SHA256', 'Basic', 'Bearer']);
    expect(canaries.sightings).toEqual([]);
    canaries.watch('1', `token ${sent.get('Bearer')}`);
    canaries.watch('2', { deep: { deeper: [Buffer.from(PERSON).toString('base64')] } });
    canaries.watch('3', new Error('outer', { cause: new Error(`inner ${encodeURIComponent(PERSON)}`) }));
    canaries.watch('4', Object.defineProperty({}, 'hidden', { value: PERSON.toUpperCase(), enumerable: false }));
    canaries.watch('5', { text: 'bob@other.example' });
    process.stdout.write(`${PERSON}\n`);
    const seen = canaries.sightings.map(({ canary, where }) => `${where.split(':', 1)[0]}: ${canary}`);
    expect([...new Set(seen)]).toEqual([
      "1: the Bearer header's value",
      '2: the address',
      '3: the address',
      '4: the address',
      '5: another address',
      'stdout: the address',
    ]);
  });
});
