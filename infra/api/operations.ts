import { id, type JsonSchema } from './json-schema.ts';
import { responses } from './responses.ts';

const flag = (name: string, description: string): JsonSchema => ({
  name,
  in: 'query',
  description,
  schema: { type: 'boolean', default: false },
});

const QUERY: readonly JsonSchema[] = [
  {
    name: 'ifAccepted',
    in: 'query',
    description: 'What to do when the person has accepted and is an active member.',
    schema: { enum: ['fail', 'remove'], default: 'fail' },
  },
  flag('dryRun', 'Look, change nothing, and answer what would happen.'),
  flag('envelope', 'Answer 200, with the status and the content inside the body.'),
  flag('pretty', 'Indent the body.'),
];

const inPath = (name: string, description: string): JsonSchema => {
  const { description: _, ...schema } = id(description);
  return { name, in: 'path', required: true, description, schema };
};

/** A route on Atlas's own path: 204 without a body for every success. */
export function deletion(operationId: string, summary: string, idName: string, idDescription: string): JsonSchema {
  return {
    operationId,
    summary,
    parameters: [inPath('orgId', 'The Atlas organization.'), inPath(idName, idDescription), ...QUERY],
    responses: responses({ 200: 'ResultOrEnvelope', 204: 'Done' }),
  };
}

/** The route with a body, which alone can take an e-mail address: in a URL it would stand in the logs of others. */
export function cancellation(): JsonSchema {
  return {
    operationId: 'cancelInvitation',
    summary: 'Cancel an invitation by its id, by the address of the person, or by both',
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Request' } } },
    },
    responses: responses({ 200: 'Result' }),
  };
}
