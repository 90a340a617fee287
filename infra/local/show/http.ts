import * as v from 'valibot';
import type { Door, Premises } from './act.ts';

const Answer = v.object({ outcome: v.optional(v.string()), errorCode: v.optional(v.string()) });

/** Requests to the HTTP API at a base URL. */
export function httpCaller(baseUrl: string, orgId: string) {
  const send = async (path: string, init: RequestInit) => summary(await fetch(`${baseUrl}${path}`, init));
  return {
    deleteInvitation: (id: string, query = '') =>
      send(`/api/atlas/v2/orgs/${orgId}/invites/${id}${query}`, { method: 'DELETE' }),
    deleteUser: (id: string) => send(`/api/atlas/v2/orgs/${orgId}/users/${id}`, { method: 'DELETE' }),
    post: (request: object) =>
      send('/cancellations', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ orgId, ...request }),
      }),
  };
}

/** The status, and the outcome or the error's code where there is a body. */
async function summary(response: Response): Promise<string> {
  const text = await response.text();
  const { outcome, errorCode } = text === '' ? {} : v.parse(Answer, JSON.parse(text));
  return [response.status, outcome ?? errorCode].filter((word) => word !== undefined).join(' ');
}

/** People in every state, asked for in every way that the HTTP door knows. */
export async function openHttpDoor({ stage: { organization }, apiUrl }: Premises): Promise<Door> {
  const { deleteInvitation, deleteUser, post } = httpCaller(apiUrl, organization.id);
  const door = 'HTTP';
  const ann = organization.invite('ann@example.com');
  organization.invite('bob@example.com');
  const cat = organization.invite('cat@example.com');
  organization.invite('dan@example.com');
  organization.accept('dan@example.com');
  organization.invite('eve@example.com');
  organization.expire('eve@example.com');
  organization.invite('fay@example.com');
  organization.reject('fay@example.com');
  const hal = organization.invite('hal@example.com');
  const pat = organization.invite('pat@example.com');
  organization.invite('sue@example.com');
  const acts: Door['acts'] = [
    {
      door,
      person: 'ann@example.com',
      asked: 'invitation id',
      expected: { answer: '204', before: 'pending', after: 'absent', requests: 1 },
      run: () => deleteInvitation(ann.invitationId),
    },
    {
      door,
      person: 'ann@example.com',
      asked: 'the same id again',
      expected: { answer: '404 INVALID_INVITATION_ID', before: 'absent', after: 'absent', requests: 1 },
      run: () => deleteInvitation(ann.invitationId),
    },
    {
      door,
      person: 'bob@example.com',
      asked: 'e-mail address',
      expected: { answer: '200 cancelled', before: 'pending', after: 'absent', requests: 2 },
      run: () => post({ username: 'bob@example.com' }),
    },
    {
      door,
      person: 'cat@example.com',
      asked: 'user id',
      expected: { answer: '204', before: 'pending', after: 'absent', requests: 3 },
      run: () => deleteUser(cat.userId),
    },
    {
      door,
      person: 'hal@example.com',
      asked: 'the id, as a dry run',
      expected: { answer: '200 would_cancel', before: 'pending', after: 'pending', requests: 1 },
      run: () => deleteInvitation(hal.invitationId, '?dryRun=true'),
    },
    {
      door,
      person: 'dan@example.com',
      asked: 'e-mail address',
      expected: { answer: '409 INVITATION_ACCEPTED', before: 'member', after: 'member', requests: 2 },
      run: () => post({ username: 'dan@example.com' }),
    },
    {
      door,
      person: 'eve@example.com',
      asked: 'e-mail address',
      expected: { answer: '200 already_gone', before: 'expired', after: 'expired', requests: 2 },
      run: () => post({ username: 'eve@example.com' }),
    },
    {
      door,
      person: 'fay@example.com',
      asked: 'e-mail address',
      expected: { answer: '200 already_gone', before: 'rejected', after: 'rejected', requests: 2 },
      run: () => post({ username: 'fay@example.com' }),
    },
    {
      door,
      person: 'gus@example.com',
      asked: 'e-mail address',
      expected: { answer: '200 already_gone', before: 'absent', after: 'absent', requests: 2 },
      run: () => post({ username: 'gus@example.com' }),
    },
    {
      door,
      asked: 'invitation id ../users',
      expected: { answer: '400 INVALID_REQUEST', requests: 0 },
      run: () => deleteInvitation('..%2Fusers'),
    },
  ];
  const body = JSON.stringify({ orgId: organization.id, username: 'sue@example.com' });
  return {
    acts,
    commands: [
      {
        title: 'HTTP, by invitation id',
        command: `curl -i -X DELETE \\\n  ${apiUrl}/api/atlas/v2/orgs/${organization.id}/invites/${pat.invitationId}`,
      },
      { title: 'HTTP, by e-mail address', command: `curl -i ${apiUrl}/cancellations \\\n  -d '${body}'` },
    ],
  };
}
