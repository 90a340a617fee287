import type { Outcome, Result } from '../../lib/cancellation/result.ts';
import { FAILURES } from '../../lib/failures.ts';
import { closedObject, DIALECT, id, type JsonSchema } from './json-schema.ts';

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  cancelled: 'a pending invitation was there and is gone now',
  already_gone: 'there is no pending invitation, and the person is known not to be an active member',
  member_removed: 'the person had accepted, the request said "remove", and the deployment allows it',
  would_cancel: 'dry run: a pending invitation is there',
  would_remove: 'dry run: an active member would be removed',
  would_do_nothing: 'dry run: there is nothing to do',
};

const RESULT: Readonly<Record<keyof Result, JsonSchema>> = {
  outcome: { enum: Object.keys(OUTCOMES), description: listed(OUTCOMES) },
  confirmed: {
    type: 'boolean',
    description:
      'False in one case only: an answer of Atlas was lost after the request had left, the next try found the invitation ' +
      'gone, and no address was there to look the person up by.',
  },
  via: {
    enum: ['invites', 'users'],
    description: 'The Atlas endpoint that did it, or showed that nothing was to be done.',
  },
  orgId: id('The Atlas organization.'),
  invitationId: id('The invitation, where it is known.'),
  userId: id("The user's id in Atlas's users API, where it is known."),
  username: { type: 'string', description: 'The address of the person, where it is known.' },
};

/** What a request that succeeded came to, through every door. */
export function resultSchema(): JsonSchema {
  return {
    $schema: DIALECT,
    title: 'CancellationResult',
    description: 'What a request came to.',
    ...closedObject(RESULT, ['invitationId', 'userId', 'username']),
  };
}

const permanent = Object.entries(FAILURES).filter(([, { retry }]) => !retry);

/** Why a message became a dead letter: the JSON of its attribute `Failure`. Its body is the message's, byte for byte. */
export function deadLetterSchema(): JsonSchema {
  return {
    $schema: DIALECT,
    title: 'DeadLetterFailure',
    description:
      'The JSON in the message attribute "Failure" of a dead letter. Body and other attributes are those of the message.',
    ...closedObject({
      name: { enum: permanent.map(([name]) => name), description: 'Why it failed; no later try can help.' },
      errorCode: {
        type: 'string',
        description: "Atlas's own code where Atlas gave one, else the name in UPPER_SNAKE.",
      },
      status: {
        enum: [...new Set(permanent.map(([, { status }]) => status))],
        description: 'The HTTP status that the HTTP door would have answered.',
      },
      detail: { type: 'string', description: 'For people; e-mail addresses are masked.' },
      sourceQueueArn: { type: 'string', description: 'The queue that the message came from.' },
      messageId: { type: 'string', description: 'The id that the message had there.' },
      receiveCount: { type: 'integer', minimum: 1, description: 'How often it was received there.' },
      failedAt: { type: 'string', format: 'date-time', description: 'When it failed, in UTC.' },
    }),
  };
}

/** The body of an error answer: Atlas's own schema, ApiError, and our request id. */
export function errorSchema(): JsonSchema {
  const refused = closedObject({ field: { type: 'string' }, description: { type: 'string' } });
  return {
    title: 'ApiError',
    description: "Atlas's own error schema, so that what reads Atlas reads this; e-mail addresses are masked.",
    ...closedObject(
      {
        error: { type: 'integer', description: 'The HTTP status.' },
        errorCode: { type: 'string', description: "Atlas's own code where Atlas gave one, else the failure's name." },
        detail: { type: 'string', description: 'For people.' },
        reason: { type: 'string', description: 'The words of the HTTP status.' },
        parameters: { type: 'array', description: 'What Atlas said, for programs.' },
        badRequestDetail: closedObject({ fields: { type: 'array', items: refused } }),
        requestId: { type: 'string', description: 'The id to look for in the log.' },
      },
      ['detail', 'badRequestDetail', 'requestId'],
    ),
  };
}

function listed(words: Readonly<Record<string, string>>): string {
  return Object.entries(words)
    .map(([word, meaning]) => `${word}: ${meaning}.`)
    .join(' ');
}
