import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Act, Door } from '../../infra/local/show/act.ts';
import { invitePeople } from '../../infra/local/show/people.ts';
import { performAll } from '../../infra/local/show/perform.ts';
import { line } from '../../infra/local/show/table.ts';
import { startStage } from '../../infra/local/stage.ts';

type Run = (world: Awaited<ReturnType<typeof prepare>>) => Promise<string>;

const ANN = 'ann@example.com';
const EXPECTED: Act['expected'] = { answer: '204', before: 'pending', after: 'absent', requests: 0 };

async function prepare() {
  const stage = await startStage();
  onTestFinished(() => stage.close());
  const organization = stage.addOrganization();
  const people = invitePeople(organization);
  const cancel = (invitationId: string) => {
    const invitation = organization.invitation(invitationId);
    if (invitation) organization.cancel(invitation);
  };
  return { stage, organization, people, cancel };
}

async function performed(run: Run, expected: Partial<Act['expected']> = {}) {
  const world = await prepare();
  const act: Act = { person: ANN, asked: 'id', expected: { ...EXPECTED, ...expected }, run: () => run(world) };
  const door: Door = {
    name: 'HTTP',
    organization: world.organization,
    acts: [act],
    commands: [],
    close: async () => {},
  };
  const [performance] = performAll(door, world.stage.atlas);
  if (!performance) throw new Error('nothing was performed');
  return performance.ending;
}

const honest: Run = async ({ people, cancel }) => {
  cancel(people.ann.invitationId);
  return '204';
};

describe('an act is as expected', () => {
  it('where the answer, Atlas and the cost say so', async () => {
    const ending = await performed(honest);

    expect(ending).toMatchObject({ before: 'pending', after: 'absent', requests: 0, asExpected: true });
    expect(stripVTControlCharacters(line(ending))).toMatch(/^✓ HTTP {5}ann@example\.com +id +204 +pending +absent +0$/);
  });
});

describe('an act is not as expected', () => {
  it('where the answer claims what Atlas knows nothing of', async () => {
    const ending = await performed(async () => '204');

    expect(ending).toMatchObject({ answer: '204', after: 'pending', asExpected: false });
    expect(stripVTControlCharacters(line(ending))).toMatch(
      /^✗ .* 204 +pending +pending +0\n +expected +204 +pending +absent +0$/,
    );
  });

  it('where the answer is another', async () => {
    expect(await performed(honest, { answer: '200 cancelled' })).toMatchObject({ asExpected: false });
  });

  it('where someone else was touched', async () => {
    const ending = await performed(async (world) => {
      world.cancel(world.people.bob.invitationId);
      return honest(world);
    });

    expect(ending).toMatchObject({ bystanders: ['bob@example.com'], asExpected: false });
    expect(line(ending)).toContain('It also changed bob@example.com.');
  });

  it('where it cost more requests', async () => {
    const ending = await performed(async (world) => {
      await fetch(`${world.stage.atlas.url}/api/atlas/v2/orgs/${world.organization.id}/invites`);
      return honest(world);
    });

    expect(ending).toMatchObject({ requests: 1, asExpected: false });
  });

  it('where it failed, in one line', async () => {
    const ending = await performed(async () => {
      throw new Error('connect ECONNREFUSED\n    at somewhere');
    });

    expect(ending).toMatchObject({ asExpected: false });
    expect(line(ending)).toContain('connect ECONNREFUSED');
    expect(line(ending)).not.toContain('somewhere');
  });
});
