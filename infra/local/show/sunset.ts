import type { Door, Premises } from './act.ts';
import { httpCaller } from './http.ts';

/**
 * The HTTP door after the end of Atlas's invites endpoint, which the first act brings about. It comes last: a function that
 * has met the end remembers it.
 */
export async function openSunset({ stage: { atlas, organization }, apiUrl }: Premises): Promise<Door> {
  const { deleteInvitation, deleteUser, post } = httpCaller(apiUrl, organization.id);
  const door = 'HTTP';
  organization.invite('ida@example.com');
  const jim = organization.invite('jim@example.com');
  const acts: Door['acts'] = [
    {
      door,
      person: 'ida@example.com',
      asked: 'e-mail, after sunset',
      // One more than later: the request that meets the end is still served.
      expected: { answer: '200 cancelled', before: 'pending', after: 'absent', requests: 3 },
      run: () => {
        atlas.settings.sunset = '410';
        return post({ username: 'ida@example.com' });
      },
    },
    {
      door,
      person: 'jim@example.com',
      asked: 'invitation id alone',
      expected: { answer: '410 INVITATION_API_SUNSET', before: 'pending', after: 'pending', requests: 0 },
      run: () => deleteInvitation(jim.invitationId),
    },
    {
      door,
      person: 'jim@example.com',
      asked: 'user id, after sunset',
      expected: { answer: '204', before: 'pending', after: 'absent', requests: 2 },
      run: () => deleteUser(jim.userId),
    },
  ];
  return { acts, commands: [] };
}
