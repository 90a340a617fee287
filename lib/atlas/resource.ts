/** The two resources that know of invitations, and so the two meanings of "not found". Each has a bucket of its own. */
export type Resource = 'invites' | 'users';
