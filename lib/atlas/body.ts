import * as v from 'valibot';
import { Failure } from '../failures.ts';
import { ID } from '../id.ts';

export const Id = v.pipe(v.string(), v.regex(ID));
/** Whole characters only: half of one could not be put into a path. */
export const Username = v.pipe(
  v.string(),
  v.check((text) => text.isWellFormed()),
);

/**
 * The body of a 200 as what it should be.
 * @throws {Failure} `AtlasUnavailable` where it is something else: nothing is decided on it
 */
export function parseBody<T extends v.GenericSchema>(schema: T, body: unknown, what: string): v.InferOutput<T> {
  const parsed = v.safeParse(schema, body);
  if (!parsed.success) throw unexpected(`no ${what}`);
  return parsed.output;
}

export function unexpected(what: string): Failure {
  return new Failure('AtlasUnavailable', `Atlas answered with ${what}.`, { atlasStatus: 200 });
}
