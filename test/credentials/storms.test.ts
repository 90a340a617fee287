import { describe, expect, it } from 'vitest';
import { SECRET_ID, type Stage } from '../support/stage.ts';
import { ONE_OF_EACH, repeat, startWithRoles, tally, tryDeletion } from './support.ts';

const STORM = 1_000;

function storm({ service, organization }: Pick<Stage, 'service' | 'organization'>) {
  return repeat(STORM, () => tryDeletion(service, organization.id));
}

describe('a storm of 1,000 requests at once', () => {
  it('with no token yet costs one exchange', async () => {
    const stage = await startWithRoles();
    expect(tally(await storm(stage))).toEqual({ InvitationNotFound: STORM });
    expect(stage.cost()).toEqual(ONE_OF_EACH);
  });

  it('whose token has died costs one exchange, and fails nobody', async () => {
    const stage = await startWithRoles();
    await tryDeletion(stage.service, stage.organization.id);
    stage.cost();
    stage.account.revokeTokens();
    expect(tally(await storm(stage))).toEqual({ InvitationNotFound: STORM });
    expect(stage.cost()).toEqual(ONE_OF_EACH);
  });

  it('whose secret Atlas refuses costs one exchange and two readings', async () => {
    const stage = await startWithRoles();
    stage.secretsManager.put(SECRET_ID, { clientId: stage.account.clientId, clientSecret: 'x' });
    expect(tally(await storm(stage))).toEqual({ AtlasUnauthorized: STORM });
    expect(stage.cost()).toEqual({ exchanges: 1, reads: 2 });
  });

  it('without the role costs one exchange more than with it', async () => {
    const stage = await startWithRoles(['ORG_READ_ONLY']);
    expect(tally(await storm(stage))).toEqual({ AtlasUnauthorized: STORM });
    expect(stage.cost()).toEqual({ exchanges: 2, reads: 2 });
  });

  it('at a limit of the token endpoint costs one exchange', async () => {
    const stage = await startWithRoles();
    stage.atlas.settings.tokenLimits.active = 0;
    expect(tally(await storm(stage))).toEqual({ AtlasRateLimited: STORM });
    expect(stage.cost()).toEqual(ONE_OF_EACH);
  });
});
