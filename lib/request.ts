import * as v from 'valibot';
import { Failure, type RefusedField } from './failures.ts';
import { ID } from './id.ts';
import { redact } from './mask.ts';

/** WHATWG HTML, "valid e-mail address", as `input type=email` accepts it. Linear: no part can match in two ways. */
const EMAIL =
  /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

const Id = v.pipe(
  v.string('must be text of 24 lower-case hexadecimal digits'),
  v.regex(ID, 'must be 24 lower-case hexadecimal digits'),
);
const Username = v.pipe(
  v.string('must be an e-mail address'),
  v.maxLength(254, 'must have at most 254 characters'),
  v.regex(EMAIL, 'must be an e-mail address'),
);

export const LONGEST_REASON = 256;
/** Characters are counted as JSON Schema counts them (Validation, section 6.3.1): a pair of UTF-16 surrogates is one. */
function isShort(text: string): boolean {
  return text.length <= 2 * LONGEST_REASON && [...text].length <= LONGEST_REASON;
}
const Reason = v.pipe(v.string('must be text'), v.check(isShort, `must have at most ${LONGEST_REASON} characters`));

const Fields = v.strictObject({
  orgId: Id,
  invitationId: v.optional(Id),
  username: v.optional(Username),
  userId: v.optional(Id),
  ifAccepted: v.optional(v.picklist(['fail', 'remove'], 'must be "fail" or "remove"'), 'fail'),
  dryRun: v.optional(v.boolean('must be true or false'), false),
  reason: v.optional(Reason),
});

/** The schema of a request, for whoever documents it. What the fields mean beside each other is in {@link parseRequest}. */
export { Fields as CancellationRequestSchema };

interface Common {
  readonly orgId: string;
  /** What to do when the person is an active member already. */
  readonly ifAccepted: 'fail' | 'remove';
  /** Look, change nothing, say what would happen. */
  readonly dryRun: boolean;
  /** A ticket or a word for the audit log. */
  readonly reason?: string;
}

/** One request for one cancellation: by invitation, by person, by invitation with the person as witness, or by user. */
export type CancellationRequest = Common &
  (
    | { readonly invitationId: string; readonly username?: string; readonly userId?: never }
    | { readonly username: string; readonly invitationId?: never; readonly userId?: never }
    | { readonly userId: string; readonly invitationId?: never; readonly username?: never }
  );

/**
 * Checks a request, whichever door it came through. Unknown fields are refused by name: a mistyped `dryrun` must never
 * delete anything.
 * @throws {Failure} `InvalidRequest`, which names every refused field
 */
export function parseRequest(input: unknown): CancellationRequest {
  const request = parseFields(Fields, input);
  const { invitationId, username, userId } = request;
  const byInvitation = invitationId !== undefined || username !== undefined;
  if (userId !== undefined && byInvitation) {
    throw refusal([{ field: 'userId', description: 'stands alone: send it without invitationId and username' }]);
  }
  if (userId === undefined && !byInvitation) {
    throw refusal([{ field: 'invitationId', description: 'is missing: send invitationId, username, both, or userId' }]);
  }
  return request as CancellationRequest; // By what has just been checked; what was given as undefined is still so.
}

/**
 * Reads an object that may have the fields of this schema and no others.
 * @throws {Failure} `InvalidRequest`, which names every refused field
 */
export function parseFields<const Entries extends v.ObjectEntries>(
  schema: v.StrictObjectSchema<Entries, undefined>,
  input: unknown,
): v.InferOutput<v.StrictObjectSchema<Entries, undefined>> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw refusal([{ field: 'request', description: 'must be a JSON object' }]);
  }
  const parsed = v.safeParse(schema, input);
  if (parsed.success) return parsed.output;
  // valibot names the first of them only.
  const unknown = Object.keys(input).filter((key) => !Object.hasOwn(schema.entries, key));
  throw refusal([
    ...unknown.map((field) => ({ field, description: 'is not a field of this request' })),
    ...parsed.issues.map(describe).filter(({ field }) => !unknown.includes(field)),
  ]);
}

function describe(issue: v.BaseIssue<unknown>): RefusedField {
  const field = v.getDotPath(issue) ?? 'request';
  return { field, description: issue.input === undefined ? 'is missing' : issue.message };
}

const LONGEST_FIELD = 64;
/** An address has 254 characters at the most (RFC 3696, erratum 1690): what is longer than a few of them is no name. */
const LONGEST_NAME = 1_000;
const MOST_FIELDS = 10;

/** The failure for a request with these refused fields. Names come from outside too: they are cut short. */
export function refusal(refused: readonly RefusedField[]): Failure {
  const fields = refused
    .slice(0, MOST_FIELDS)
    .map(({ field, description }) => ({ field: printable(field), description }));
  return new Failure('InvalidRequest', fields.map(({ field, description }) => `${field} ${description}.`).join(' '), {
    fields,
  });
}

function printable(name: string): string {
  // A key may be as long as the whole body, and hiding takes a second for some megabytes: nothing of it is said, since what
  // is cut off before it is hidden may be half an address.
  if (name.length > LONGEST_NAME) return `(a name of ${name.length} characters)`;
  // Hidden before it is cut: half an address is not known for one.
  const visible = redact(name.toWellFormed()).replace(/[^\x20-\x7e]/g, '?');
  return visible.length > LONGEST_FIELD ? `${visible.slice(0, LONGEST_FIELD)}...` : visible;
}
