import { type Canaries, watchProcessOutputs } from '../support/canaries.ts';
import { SECRET_ID, type Stage } from '../support/stage.ts';

export const PERSON = 'planted.person+tag@leaks.example.com';
export const KINDS = ['service account', 'API key'] as const;
export type Kind = (typeof KINDS)[number];

/** A stage whose secrets are planted, and the person whom its requests are about. */
export async function plantOn<T extends Stage>(stage: T, kind: Kind = 'service account') {
  const { organization, account, secretsManager, log, canaries, sent } = stage;
  watchProcessOutputs(canaries);
  const { clientId, clientSecret } = account;
  const { publicKey, privateKey } = organization.addApiKey();
  canaries.plant('the client secret', clientSecret);
  canaries.plant('the Basic credentials', `${clientId}:${clientSecret}`);
  canaries.plant('the private key', privateKey);
  canaries.plant('the address', PERSON);
  secretsManager.put(SECRET_ID, kind === 'API key' ? { publicKey, privateKey } : { clientId, clientSecret });
  const { invitationId } = organization.invite(PERSON);
  /** What Atlas was told last under a scheme: as it was told, and without the scheme. */
  const header = (scheme: string) => {
    const value = sent.get(scheme);
    if (value === undefined) throw new Error(`Atlas was not told anything under ${scheme} yet`);
    return [`${scheme} ${value}`, value];
  };
  return {
    ...stage,
    /** All that Atlas was told and could say back. Throws where it was not told anything yet. */
    told: () =>
      kind === 'API key'
        ? [...header('Digest'), PERSON]
        : [...header('Basic'), ...header('Bearer'), `${clientId}:${clientSecret}`, clientSecret, PERSON],
    invitationId,
    sightings: () => {
      canaries.watch('log', log.text);
      return canaries.sightings;
    },
  };
}

/** Requests of every kind about the planted person. */
export function requestsAbout({ organization, invitationId }: { organization: { id: string }; invitationId: string }) {
  const orgId = organization.id;
  return [
    { orgId, invitationId },
    { orgId, invitationId, username: PERSON, reason: `asked for by ${PERSON}` },
    { orgId, username: PERSON },
    { orgId, username: PERSON, ifAccepted: 'remove', dryRun: true },
  ];
}

/** What a caller might send along: none of it is ours to write. */
export function sensitiveHeaders(canaries: Canaries): Record<string, string> {
  return {
    authorization: `Bearer ${canaries.plant("the caller's own token", 'planted-caller-token-xxxxxxxx')}`,
    cookie: `session=${canaries.plant("the caller's cookie", 'planted-session-cookie-xxxxxxxx')}`,
    'x-amz-security-token': canaries.plant("the caller's session token", 'planted-security-token-xxxxxxxx'),
    'x-request-id': `asked for by ${PERSON}`,
  };
}
