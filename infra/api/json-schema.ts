/** A JSON Schema of draft 2020-12, which is also what OpenAPI 3.1 takes. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/** An object with these properties and no other; all but the optional ones are always there. */
export function closedObject(
  properties: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema {
  return {
    type: 'object',
    properties,
    required: Object.keys(properties).filter((name) => !optional.includes(name)),
    additionalProperties: false,
  };
}

export const id = (description: string): JsonSchema => ({ type: 'string', pattern: '^[0-9a-f]{24}$', description });
