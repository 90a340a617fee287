import type { User } from './users.ts';

/** The entries of one person. Atlas read none of them before `since`, milliseconds since the epoch. */
export interface Sighting {
  readonly users: readonly User[];
  readonly since: number;
}

export const NOBODY: Sighting = { users: [], since: Number.POSITIVE_INFINITY };

/** Both together: what was read of an entry last counts, and the age is that of the older one. */
export function merge(one: Sighting, other: Sighting): Sighting {
  if (other.users.length === 0) return one;
  const kept = one.users.filter(({ id }) => !other.users.some((user) => user.id === id));
  return { users: [...kept, ...other.users], since: Math.min(one.since, other.since) };
}
