/** Gives 24-hexadecimal-digit identifiers as Atlas does, counted up instead of random so that every run is the same. */
export type Ids = (kind: keyof typeof KINDS) => string;

const KINDS = {
  organization: '5f0a11ce',
  invitation: '66b0f1a2',
  user: '66b1c0de',
  serviceAccount: '67a0acc0',
  secret: '67a05ec2',
} as const;

/** One counter for all kinds: no invitation's id is near the id of its person, as a rule "id + 1" would need it. */
export function createIds(): Ids {
  let count = 0;
  return (kind) => {
    count += kind === 'user' ? 5 : 3;
    return KINDS[kind] + count.toString(16).padStart(16, '0');
  };
}
