import * as v from 'valibot';
import { CancellationRequestSchema, parseFields } from '../request.ts';

const Fields = v.strictObject({
  check: v.literal(true, 'must be true'),
  orgId: CancellationRequestSchema.entries.orgId,
});

/** Asks whether this deployment could cancel an invitation to this organization now. */
export type PreflightRequest = v.InferOutput<typeof Fields>;

/** Whether an input asks for a preflight, be it well or badly: a request for a cancellation has no field of this name. */
export function isPreflight(input: unknown): boolean {
  return typeof input === 'object' && input !== null && Object.hasOwn(input, 'check');
}

/**
 * Checks a request for a preflight. What else it may say is refused by name, as in a request for a cancellation.
 * @throws {Failure} `InvalidRequest`, which names every refused field
 */
export function parsePreflight(input: unknown): PreflightRequest {
  return parseFields(Fields, input);
}
