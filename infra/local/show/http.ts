import type { Door, Premises } from './act.ts';
import { httpCaller } from './http-caller.ts';
import { GUS, invitePeople } from './people.ts';

/** The HTTP door: people in every state, asked for in every way. */
export async function openHttpDoor({ stage, apiUrl, apiReady }: Premises): Promise<Door> {
  const organization = stage.addOrganization();
  const { deleteInvitation, deleteUser, cancel } = httpCaller(apiUrl, organization.id);
  const { ann, bob, cat, dan, eve, fay, pat, sue } = invitePeople(organization);
  const acts: Door['acts'] = [
    {
      person: ann.username,
      asked: 'invitation id, dry run',
      expected: { answer: '200 would_cancel', before: 'pending', after: 'pending', requests: 1 },
      run: () => deleteInvitation(ann.invitationId, '?dryRun=true'),
    },
    {
      person: ann.username,
      asked: 'invitation id',
      expected: { answer: '204', before: 'pending', after: 'absent', requests: 1 },
      run: () => deleteInvitation(ann.invitationId),
    },
    {
      person: ann.username,
      asked: 'the same id again',
      expected: { answer: '404 INVALID_INVITATION_ID', before: 'absent', after: 'absent', requests: 1 },
      run: () => deleteInvitation(ann.invitationId),
    },
    {
      person: bob.username,
      asked: 'e-mail address',
      expected: { answer: '200 cancelled', before: 'pending', after: 'absent', requests: 2 },
      run: () => cancel(bob.username),
    },
    {
      person: cat.username,
      asked: 'user id',
      expected: { answer: '204', before: 'pending', after: 'absent', requests: 3 },
      run: () => deleteUser(cat.userId),
    },
    {
      person: dan.username,
      asked: 'e-mail address',
      expected: { answer: '409 INVITATION_ACCEPTED', before: 'member', after: 'member', requests: 2 },
      run: () => cancel(dan.username),
    },
    {
      person: eve.username,
      asked: 'e-mail address',
      expected: { answer: '200 already_gone', before: 'expired', after: 'expired', requests: 2 },
      run: () => cancel(eve.username),
    },
    {
      person: fay.username,
      asked: 'e-mail address',
      expected: { answer: '200 already_gone', before: 'rejected', after: 'rejected', requests: 2 },
      run: () => cancel(fay.username),
    },
    {
      person: GUS,
      asked: 'e-mail address',
      expected: { answer: '200 already_gone', before: 'absent', after: 'absent', requests: 2 },
      run: () => cancel(GUS),
    },
    {
      asked: 'invitation id ../users',
      expected: { answer: '400 INVALID_REQUEST', requests: 0 },
      run: () => deleteInvitation('..%2Fusers'),
    },
  ];
  await apiReady;
  const body = JSON.stringify({ orgId: organization.id, username: sue.username });
  return {
    name: 'HTTP',
    organization,
    acts,
    commands: [
      {
        title: 'HTTP, by invitation id',
        command: `curl -i -X DELETE \\\n  ${apiUrl}/api/atlas/v2/orgs/${organization.id}/invites/${pat.invitationId}`,
      },
      { title: 'HTTP, by e-mail address', command: `curl -i ${apiUrl}/cancellations \\\n  -d '${body}'` },
    ],
    close: async () => {},
  };
}
