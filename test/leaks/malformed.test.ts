import { describe, expect, it } from 'vitest';
import type { Fault } from '../../infra/emulators/loopback/faults.ts';
import { httpDoor } from '../support/http-door.ts';
import { deleteInvitation, type HttpRequest, postCancellation } from '../support/http-events.ts';
import { SECRET_ID, startStage } from '../support/stage.ts';
import { PERSON, plantOn, requestsAbout, sensitiveHeaders } from './planted.ts';

describe('a secret that can not be used', () => {
  it('is not quoted, whatever is wrong with it', async () => {
    const planted = await plantOn(await startStage());
    const { account, secretsManager, newService, clock, canaries, sightings } = planted;
    const { clientId, clientSecret } = account;
    const whole = JSON.stringify({ clientId, clientSecret });
    const values = [
      clientSecret,
      whole.slice(0, -1),
      whole.replace(':', ''),
      `[${whole}]`,
      JSON.stringify({ [clientSecret]: clientId }),
      JSON.stringify({ clientId: `${clientId}:${clientSecret}`, clientSecret }),
      JSON.stringify({ clientId, clientSecret: `${clientSecret}\n` }),
      JSON.stringify({ clientId, clientSecret, baseUrl: `https://${clientSecret}.example.com` }),
      JSON.stringify({ clientId, clientSecret, orgId: clientSecret }),
      JSON.stringify({ clientId, clientSecret, publicKey: clientSecret }),
      new TextEncoder().encode(whole),
    ];
    const answers: Fault[] = [
      whole,
      `{"SecretString":${JSON.stringify(whole).slice(0, -9)}`,
      `{"SecretString":${whole}}`,
    ].flatMap((body) =>
      [200, 400, 500].map((status) => ({ status, headers: { 'Content-Type': 'application/x-amz-json-1.1' }, body })),
    );
    const [first] = requestsAbout(planted);
    const attempt = async () => {
      const answer = await httpDoor(newService()).request(postCancellation(first, { receivedAt: clock.now() }));
      canaries.watch('answer', answer);
      expect(answer.statusCode).toBeGreaterThanOrEqual(500);
    };
    for (const value of values) {
      secretsManager.put(SECRET_ID, value);
      await attempt();
    }
    secretsManager.put(SECRET_ID, whole);
    for (const fault of answers) {
      secretsManager.faults.always(() => fault);
      await attempt();
    }
    expect(sightings()).toEqual([]);
  });

  it('is not quoted from the environment either', async () => {
    const planted = await plantOn(await startStage());
    const { account, newService, clock, canaries, sightings } = planted;
    const { clientSecret } = account;
    const environments = [
      { MONGODB_ATLAS_CLIENT_SECRET: clientSecret },
      { MONGODB_ATLAS_CLIENT_ID: `a:${clientSecret}`, MONGODB_ATLAS_CLIENT_SECRET: clientSecret },
      { MONGODB_ATLAS_CLIENT_ID: 'a', MONGODB_ATLAS_CLIENT_SECRET: `${clientSecret} x` },
      { ATLAS_BASE_URL: `http://user:${clientSecret}@example.com` },
      { ATLAS_ALLOWED_ORG_IDS: clientSecret, DEAD_LETTER_QUEUE_URL: clientSecret },
    ];
    const [first] = requestsAbout(planted);
    for (const environment of environments) {
      const service = newService({ ATLAS_SECRET_ID: '', AWS_LAMBDA_FUNCTION_NAME: 'f', ...environment });
      canaries.watch('answer', await httpDoor(service).request(postCancellation(first, { receivedAt: clock.now() })));
    }
    expect(sightings()).toEqual([]);
  });
});

describe('a request', () => {
  it('is never written with the address that it holds, however malformed it is', async () => {
    const planted = await plantOn(await startStage());
    const { service, organization, invitationId, canaries, sightings } = planted;
    const orgId = organization.id;
    const headers = sensitiveHeaders(canaries);
    const requests: HttpRequest[] = [
      postCancellation({ orgId, username: `${PERSON} ` }, { headers }),
      postCancellation({ orgId, username: [PERSON] }, { headers }),
      postCancellation({ orgId, [PERSON]: true }, { headers }),
      postCancellation({ orgId: PERSON, invitationId: PERSON, userId: PERSON }, { headers }),
      postCancellation({ orgId, username: PERSON, ifAccepted: PERSON, reason: PERSON.repeat(20) }, { headers }),
      { ...postCancellation({}), body: `{"username":"${PERSON}` },
      { ...postCancellation({}), body: PERSON, isBase64Encoded: true },
      deleteInvitation(PERSON, PERSON, { headers }),
      deleteInvitation(orgId, invitationId, { headers, query: `${encodeURIComponent(PERSON)}=${PERSON}` }),
      deleteInvitation(orgId, invitationId, { headers, query: `ifAccepted=${encodeURIComponent(PERSON)}` }),
    ];
    for (const request of requests) {
      const answer = await httpDoor(service).request(request);
      canaries.watch('answer', answer);
      expect(answer.statusCode).toBe(400);
    }
    expect(sightings()).toEqual([]);
  });

  it('that succeeds is logged without the address', async () => {
    const planted = await plantOn(await startStage());
    const { service, organization, canaries, sightings } = planted;
    const headers = sensitiveHeaders(canaries);
    const answer = await httpDoor(service).request(
      postCancellation({ orgId: organization.id, username: PERSON, reason: PERSON }, { headers }),
    );
    expect(answer.json).toMatchObject({ outcome: 'cancelled', username: PERSON });
    expect(sightings()).toEqual([]);
  });
});
