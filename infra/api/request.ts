import { toJsonSchema } from '@valibot/to-json-schema';
import { CancellationRequestSchema, LONGEST_REASON } from '../../lib/request.ts';
import { DIALECT, type JsonSchema } from './json-schema.ts';

const DESCRIPTIONS: Readonly<Record<keyof typeof CancellationRequestSchema.entries, string>> = {
  orgId: 'The Atlas organization.',
  invitationId: 'The pending invitation.',
  username: 'E-mail address of the invited person; may stand alone, or beside invitationId as its witness.',
  userId: "The pending user's id in Atlas's users API, which is not the invitation's; stands alone.",
  ifAccepted:
    'What to do when the person has accepted and is an active member. "remove" is refused unless the deployment allows it.',
  dryRun: 'Look, change nothing, and say what would happen.',
  reason: 'A ticket or a word for the audit log; does nothing else.',
};

/** The request as the code checks it field by field, with the rule of which fields may stand beside each other. */
export function requestSchema(): JsonSchema {
  const { properties = {}, ...schema } = toJsonSchema(CancellationRequestSchema, {
    target: 'draft-2020-12',
    typeMode: 'input',
    // The one check that is a function: of a reason's length.
    overrideAction: ({ valibotAction, jsonSchema }) =>
      valibotAction.type === 'check' ? { ...jsonSchema, maxLength: LONGEST_REASON } : undefined,
  });
  return {
    ...schema,
    $schema: DIALECT,
    title: 'CancellationRequest',
    description: 'Asks for one thing: that a pending invitation to an Atlas organization be cancelled.',
    properties: Object.fromEntries(
      Object.entries(DESCRIPTIONS).map(([name, description]) => [name, { ...schemaOf(properties, name), description }]),
    ),
    oneOf: [
      { required: ['userId'], properties: { invitationId: false, username: false } },
      { anyOf: [{ required: ['invitationId'] }, { required: ['username'] }], properties: { userId: false } },
    ],
  };
}

function schemaOf(properties: JsonSchema, name: string): object {
  const schema = properties[name];
  if (typeof schema !== 'object' || schema === null) throw new Error(`The request has no schema for ${name}.`);
  return schema;
}
