import * as v from 'valibot';

const Answer = v.object({ outcome: v.optional(v.string()), errorCode: v.optional(v.string()) });

/** Requests to the HTTP API about one organization; each is answered by the status, and the outcome or the error's code. */
export function httpCaller(apiUrl: string, orgId: string) {
  const send = async (path: string, init: RequestInit): Promise<string> => {
    const response = await fetch(`${apiUrl}${path}`, init);
    const text = await response.text();
    const { outcome = '', errorCode = outcome } = text === '' ? {} : v.parse(Answer, JSON.parse(text));
    return `${response.status} ${errorCode}`.trimEnd();
  };
  return {
    deleteInvitation: (id: string, query = '') =>
      send(`/api/atlas/v2/orgs/${orgId}/invites/${id}${query}`, { method: 'DELETE' }),
    deleteUser: (id: string) => send(`/api/atlas/v2/orgs/${orgId}/users/${id}`, { method: 'DELETE' }),
    cancel: (username: string) =>
      send('/cancellations', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ orgId, username }),
      }),
  };
}
