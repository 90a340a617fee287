import { describe, expect, it } from 'vitest';
import { SECRET_ID } from '../support/stage.ts';
import {
  apiRequests,
  costMeter,
  endOf,
  liftRateLimits,
  MINUTE,
  repeat,
  serve,
  startClockedStage,
  tally,
  tryDeletion,
} from './support.ts';

/** A stage with so many organizations, each with its secret under its own name. */
async function startMany(count: number) {
  const stage = await startClockedStage({ environment: { ATLAS_SECRET_ID: 'atlas/{orgId}' } });
  liftRateLimits(stage.atlas);
  stage.atlas.settings.tokenLimits.mintsPerMinute = 1_000;
  const organizations = Array.from({ length: count }, () => {
    const organization = stage.atlas.addOrganization();
    const account = organization.addServiceAccount();
    const name = `atlas/${organization.id}`;
    stage.secretsManager.put(name, { clientId: account.clientId, clientSecret: account.clientSecret });
    return { id: organization.id, organization, account, name };
  });
  return { ...stage, organizations };
}

describe('one secret for each organization', () => {
  it('gives each its own credentials, however they mix', async () => {
    const { service, organizations, atlas, secretsManager } = await startMany(10);
    const served = await Promise.all(
      organizations.flatMap(({ id, organization }) =>
        Array.from({ length: 10 }, (_, person) => {
          const { invitationId } = organization.invite(`p${person}@example.com`);
          return serve(service, { orgId: id, invitationId });
        }),
      ),
    );
    // Atlas refuses a token of another organization: USER_CANNOT_ACCESS_ORG.
    expect(tally(served)).toEqual({ cancelled: 100 });
    expect([atlas.counts.tokenRequests, secretsManager.counts.requests]).toEqual([10, 10]);
    expect(apiRequests(atlas)).toHaveLength(100);
  });

  it('renews those of one and leaves the others alone', async () => {
    const stage = await startMany(3);
    const { service, organizations } = stage;
    await Promise.all(organizations.map(({ id }) => tryDeletion(service, id)));
    const cost = costMeter(stage);
    cost();
    organizations[1]?.account.revokeTokens();
    expect(tally(await Promise.all(organizations.map(({ id }) => tryDeletion(service, id))))).toEqual({
      InvitationNotFound: 3,
    });
    expect(cost()).toEqual({ exchanges: 1, reads: 1 });
  });

  it('holds a refusal against one only', async () => {
    const { service, organizations, secretsManager } = await startMany(2);
    const [refused, other] = organizations;
    secretsManager.put(refused?.name ?? '', { clientId: refused?.account.clientId, clientSecret: 'x' });
    expect(endOf(await tryDeletion(service, refused?.id ?? ''))).toBe('AtlasUnauthorized');
    expect(endOf(await tryDeletion(service, other?.id ?? ''))).toBe('InvitationNotFound');
  });
});

describe('a secret that names its organization', () => {
  async function startNamed(kind: 'service account' | 'API key') {
    const stage = await startClockedStage();
    const { organization, account, secretsManager } = stage;
    const key = organization.addApiKey();
    const named =
      kind === 'API key'
        ? { publicKey: key.publicKey, privateKey: key.privateKey, orgId: organization.id }
        : { clientId: account.clientId, clientSecret: account.clientSecret, orgId: organization.id };
    secretsManager.put(SECRET_ID, named);
    return { ...stage, named, other: stage.atlas.addOrganization() };
  }

  it.each(['service account', 'API key'] as const)('serves no other (%s): cold, nothing is sent', async (kind) => {
    const { service, other, atlas } = await startNamed(kind);
    expect((await tryDeletion(service, other.id)).failure).toMatchObject({ name: 'Forbidden', status: 403 });
    expect(atlas.counts.requests).toBe(0);
  });

  it.each(['service account', 'API key'] as const)(
    'serves no other (%s): warm, nothing is sent either',
    async (kind) => {
      const { service, other, organization, atlas } = await startNamed(kind);
      expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
      const before = atlas.counts.requests;
      expect(endOf(await tryDeletion(service, other.id))).toBe('Forbidden');
      expect(atlas.counts.requests).toBe(before);
      expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
    },
  );

  it('is read once for all who ask in vain, and again a minute later: it may have been mended', async () => {
    const stage = await startNamed('service account');
    const { service, other, secretsManager, clock, named } = stage;
    const cost = costMeter(stage);
    expect(tally(await repeat(20, () => tryDeletion(service, other.id)))).toEqual({ Forbidden: 20 });
    await tryDeletion(service, other.id);
    expect(cost()).toEqual({ exchanges: 0, reads: 1 });
    const account = other.addServiceAccount();
    secretsManager.put(SECRET_ID, { clientId: account.clientId, clientSecret: account.clientSecret, orgId: other.id });
    clock.advance(MINUTE);
    expect(endOf(await tryDeletion(service, other.id))).toBe('InvitationNotFound');
    secretsManager.put(SECRET_ID, named);
    expect(cost()).toEqual({ exchanges: 1, reads: 1 });
  });

  it('serves its own while others ask for another', async () => {
    const { service, other, organization } = await startNamed('service account');
    const served = await repeat(20, (index) => tryDeletion(service, index % 2 ? organization.id : other.id));
    expect(tally(served)).toEqual({ Forbidden: 10, InvitationNotFound: 10 });
  });

  it('does not serve another either when that is only found out while Atlas refuses the secret', async () => {
    const stage = await startClockedStage();
    const { service, organization, account, secretsManager, atlas } = stage;
    const other = atlas.addOrganization();
    const elsewhere = other.addServiceAccount();
    secretsManager.put(SECRET_ID, { clientId: account.clientId, clientSecret: 'deleted-meanwhile' });
    atlas.settings.before = ({ path }) => {
      if (!path.includes('oauth')) return;
      secretsManager.rotate(SECRET_ID, {
        clientId: elsewhere.clientId,
        clientSecret: elsewhere.clientSecret,
        orgId: other.id,
      });
    };
    expect(endOf(await tryDeletion(service, organization.id))).toBe('Forbidden');
    expect(atlas.requests.map(({ path }) => path)).toEqual(['/api/oauth/token']);
  });
});

describe('a secret for any organization', () => {
  it('is not renewed for each organization that it does not reach', async () => {
    const stage = await startClockedStage();
    const { service, organization, atlas } = stage;
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
    const cost = costMeter(stage);
    cost();
    const foreign = Array.from({ length: 30 }, () => atlas.addOrganization().id);
    expect(tally(await Promise.all(foreign.map((id) => tryDeletion(service, id))))).toEqual({ AtlasUnauthorized: 30 });
    const { exchanges, reads } = cost();
    expect(exchanges).toBe(1);
    expect(reads).toBeLessThanOrEqual(30);
    expect(tally(await Promise.all(foreign.map((id) => tryDeletion(service, id))))).toEqual({ AtlasUnauthorized: 30 });
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
    expect(cost()).toEqual({ exchanges: 0, reads: 0 });
  });
});

describe('ATLAS_ALLOWED_ORG_IDS', () => {
  it('is checked before anything is read or sent', async () => {
    const { newService, organization, atlas, secretsManager } = await startClockedStage();
    const service = newService({ ATLAS_ALLOWED_ORG_IDS: ` ${organization.id} , 5f0a11ce00000000000000ff` });
    expect(endOf(await tryDeletion(service, '5f0a11ce00000000000000fe'))).toBe('Forbidden');
    expect([atlas.counts.requests, secretsManager.counts.requests]).toEqual([0, 0]);
    expect(endOf(await tryDeletion(service, organization.id))).toBe('InvitationNotFound');
  });
});
