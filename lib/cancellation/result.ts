/** How a request ended well. The `would_...` ones are a dry run's. */
export type Outcome =
  | 'cancelled'
  | 'already_gone'
  | 'member_removed'
  | 'would_cancel'
  | 'would_remove'
  | 'would_do_nothing';

/** What a request came to. Ids and address are those that Atlas told, else those of the request. */
export interface Result {
  readonly outcome: Outcome;
  /**
   * True where Atlas said so or a look afterwards showed it. False in one case: an answer was lost after the request had
   * left, the next try found the invitation gone, and no address was there to look the person up by.
   */
  readonly confirmed: boolean;
  /** The endpoint that did it, or that showed that nothing was to be done. */
  readonly via: 'invites' | 'users';
  readonly orgId: string;
  readonly invitationId?: string;
  readonly userId?: string;
  readonly username?: string;
}
