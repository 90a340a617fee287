import type { Door, Premises } from './act.ts';
import { httpCaller } from './http-caller.ts';
import { invitePeople } from './people.ts';

/**
 * The HTTP door after the end of Atlas's invites endpoint, which the first act brings about. It comes last: it ends for
 * every organization, and a function that has met the end remembers it.
 */
export async function openSunset({ stage, apiUrl, apiReady }: Premises): Promise<Door> {
  const organization = stage.addOrganization();
  const { deleteInvitation, deleteUser, cancel } = httpCaller(apiUrl, organization.id);
  const { ann, bob, dan } = invitePeople(organization);
  const acts: Door['acts'] = [
    {
      person: ann.username,
      asked: 'e-mail, after sunset',
      // One more than from now on: the request that meets the end is still served.
      expected: { answer: '200 cancelled', before: 'pending', after: 'absent', requests: 3 },
      run: () => {
        stage.atlas.settings.sunset = '410';
        return cancel(ann.username);
      },
    },
    {
      person: dan.username,
      asked: 'e-mail, after sunset',
      expected: { answer: '409 INVITATION_ACCEPTED', before: 'member', after: 'member', requests: 1 },
      run: () => cancel(dan.username),
    },
    {
      person: bob.username,
      asked: 'id, after sunset',
      expected: { answer: '410 INVITATION_API_SUNSET', before: 'pending', after: 'pending', requests: 0 },
      run: () => deleteInvitation(bob.invitationId),
    },
    {
      person: bob.username,
      asked: 'user id, after sunset',
      expected: { answer: '204', before: 'pending', after: 'absent', requests: 2 },
      run: () => deleteUser(bob.userId),
    },
  ];
  await apiReady;
  return { name: 'HTTP', organization, acts, commands: [], close: async () => {} };
}
