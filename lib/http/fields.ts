import type { Failure } from '../failures.ts';
import { refusal } from '../request.ts';

/** An object of an event whose values are not known yet. */
export type Fields = Readonly<Record<string, unknown>>;
export type Texts = Readonly<Record<string, string | undefined>>;

// What asks for something must be as API Gateway documents it: each of these throws `InvalidRequest` for anything else.

export function object(value: unknown): Fields {
  if (!isObject(value)) throw unreadable();
  return value;
}

/** What is absent, or null as payload 1.0 has it, has no fields. */
export function objectOrNone(value: unknown): Fields {
  return value === undefined || value === null ? {} : object(value);
}

export function texts(value: unknown): Texts {
  const fields = objectOrNone(value);
  for (const name of Object.keys(fields)) {
    if (typeof fields[name] !== 'string' && fields[name] !== undefined) throw unreadable();
  }
  return fields as Texts; // What has just been checked.
}

export function text(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : requiredText(value);
}

export function requiredText(value: unknown): string {
  if (typeof value !== 'string') throw unreadable();
  return value;
}

export function list(value: unknown): readonly unknown[] {
  if (value !== undefined && !Array.isArray(value)) throw unreadable();
  return value ?? [];
}

export function unreadable(): Failure {
  return refusal([{ field: 'event', description: 'is not an API Gateway event of payload format 2.0 or 1.0' }]);
}

/**
 * The fields of what only describes the caller or the gateway, none where it has none. It decides nothing, and an authorizer
 * puts into it what it likes: what is not of its kind is left out, here and in {@link textOf} and {@link numberOf}.
 */
export function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : {};
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
