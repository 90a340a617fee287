import type { Scenario } from './simulation.ts';

/** The two that promises are made for: functions that don't know of each other, and one bucket of 500 and 250 a minute. */
export const PROMISED: readonly Scenario[] = [
  { name: 'invitations', messages: [10_000], containers: 2 },
  { name: 'invitations', messages: [5_000], containers: 2 },
];

/** What else may be. */
export const OTHERS: readonly Scenario[] = [
  { name: 'invitations, by a function that is alone', messages: [2_500], containers: 1 },
  { name: 'invitations, by five functions', messages: [5_000], containers: 5 },
  { name: 'invitations, from an empty bucket', messages: [2_000], containers: 2, gone: 500 },
  { name: 'invitations, while somebody else takes 100 a minute', messages: [2_000], containers: 2, others: 100 },
  {
    name: 'addresses (a list for each batch, and a deletion)',
    messages: [2_500],
    containers: 2,
    plan: ['list', 'invites'],
  },
  { name: 'users (a look and a deletion)', messages: [2_500], containers: 2, plan: ['users', 'users'] },
  { name: 'users, while invites live', messages: [2_500], containers: 2, plan: ['users', 'invites', 'invites'] },
  { name: 'invitations, from a bucket that fills bit by bit', messages: [2_000], containers: 2, refills: 'steadily' },
  { name: 'invitations of two organizations', messages: [2_000, 200], containers: 2 },
];
