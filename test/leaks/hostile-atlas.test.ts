import { describe, expect, it } from 'vitest';
import { lambdaRuntime } from '../../infra/local/lambda-runtime.ts';
import { createHttpDoor } from '../../lib/http/door.ts';
import { createWorkflowDoor } from '../../lib/workflow/door.ts';
import { manualClock } from '../support/clock.ts';
import { httpDoor } from '../support/http-door.ts';
import { deleteInvitation, payloadV2, postCancellation } from '../support/http-events.ts';
import { startStage } from '../support/stage.ts';
import { hostileAnswers } from './hostile.ts';
import { KINDS, plantOn, requestsAbout, sensitiveHeaders } from './planted.ts';

describe.each(KINDS)('with a hostile Atlas that says back all that it was told (%s)', (kind) => {
  it('the HTTP door lets nothing out: no answer, no error, no log line', async () => {
    const planted = await plantOn(await startStage(), kind);
    const { atlas, service, canaries, told, sightings } = planted;
    const door = createHttpDoor(service);
    const headers = sensitiveHeaders(canaries);
    const { organization, invitationId } = planted;
    const events = [
      ...requestsAbout(planted).map((request) => payloadV2(postCancellation(request, { headers }))),
      payloadV2(deleteInvitation(organization.id, invitationId, { headers })),
    ];
    await door(events[0]).catch(() => undefined);
    let answers = 0;
    for (const [index, fault] of hostileAnswers(told()).entries()) {
      atlas.faults.always(({ path }) => (path.startsWith('/api/atlas/') ? fault : undefined));
      const event = events[index % events.length];
      // A success tells the caller whom it was about.
      await door(event).then(
        (answer) => canaries.watch('headers', answer.headers),
        (error: unknown) => canaries.watch('error', error),
      );
      answers += 1;
    }
    expect(answers).toBeGreaterThan(150);
    expect(sightings()).toEqual([]);
  });

  it('the workflow door lets nothing out: no error, no trace, no preflight', async () => {
    const planted = await plantOn(await startStage(), kind);
    const { atlas, service, organization, canaries, told, sightings } = planted;
    const invoke = lambdaRuntime(createWorkflowDoor(service), 30);
    const inputs = [...requestsAbout(planted), { check: true, orgId: organization.id }];
    await invoke(inputs[0]);
    for (const [index, fault] of hostileAnswers(told()).entries()) {
      atlas.faults.always(({ path }) => (path.startsWith('/api/atlas/') ? fault : undefined));
      const ended = await invoke(inputs[index % inputs.length]);
      if ('error' in ended) canaries.watch('error', ended.error);
    }
    expect(sightings()).toEqual([]);
  });
});

describe('a hostile token endpoint', () => {
  it('finds nothing of what it says back in answers, errors and log lines', async () => {
    const clock = manualClock();
    const planted = await plantOn(await startStage({ clock }));
    const { atlas, service, newService, canaries, told, sightings } = planted;
    const [first] = requestsAbout(planted);
    // Another service's: this one has no token, and asks for one each time.
    await httpDoor(newService()).request(postCancellation(first, { receivedAt: clock.now() }));
    const endings = new Set<unknown>();
    for (const fault of hostileAnswers(told())) {
      atlas.faults.always(({ path }) => (path.startsWith('/api/oauth/') ? fault : undefined));
      // A refusal stands for a minute.
      clock.advance(60_000);
      const answer = await httpDoor(service).request(postCancellation(first, { receivedAt: clock.now() }));
      canaries.watch('answer', answer);
      endings.add((answer.json as { errorCode?: string } | undefined)?.errorCode);
    }
    expect(endings.size).toBeGreaterThan(3);
    expect(sightings()).toEqual([]);
  });
});
