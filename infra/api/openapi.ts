import { deadLetterSchema, errorSchema, resultSchema } from './answers.ts';
import { closedObject, type JsonSchema } from './json-schema.ts';
import { cancellation, deletion } from './operations.ts';
import { requestSchema } from './request.ts';
import { responseComponents } from './responses.ts';

const header = (description: string, schema: JsonSchema): JsonSchema => ({ description, schema });

/** The HTTP door as an OpenAPI 3.1 document. */
export function openApi(version: string): JsonSchema {
  return {
    openapi: '3.1.0',
    info: {
      title: 'atlas-uninvite',
      version,
      summary: 'Cancels invitations to MongoDB Atlas organizations.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [
      {
        url: 'https://{api}.execute-api.{region}.amazonaws.com',
        description: 'The output HttpApiUrl of the stack.',
        variables: { api: { default: 'api' }, region: { default: 'us-east-1' } },
      },
    ],
    security: [{ iam: [] }, { jwt: [] }],
    paths: {
      '/cancellations': { post: cancellation() },
      '/api/atlas/v2/orgs/{orgId}/invites/{invitationId}': {
        delete: deletion(
          'deleteOrgInvite',
          "Cancel an invitation, on Atlas's own path",
          'invitationId',
          'The pending invitation.',
        ),
      },
      '/api/atlas/v2/orgs/{orgId}/users/{userId}': {
        delete: deletion(
          'removeOrgUser',
          "Cancel a pending user's invitation, on Atlas's own path",
          'userId',
          "The pending user's id in Atlas's users API.",
        ),
      },
    },
    components: {
      responses: responseComponents(),
      schemas: {
        Request: requestSchema(),
        Result: resultSchema(),
        Error: errorSchema(),
        Envelope: {
          description: 'What envelope=true wraps every answer in.',
          ...closedObject(
            {
              status: { type: 'integer' },
              content: { anyOf: [{ $ref: '#/components/schemas/Result' }, { $ref: '#/components/schemas/Error' }] },
            },
            ['content'],
          ),
        },
        GatewayError: {
          description: 'What API Gateway answers by itself, before or instead of the function.',
          type: 'object',
          properties: { message: { type: ['string', 'null'] } },
          required: ['message'],
        },
      },
      headers: {
        'Retry-After': header('Seconds after which another try makes sense.', { type: 'integer' }),
        Deprecation: header("Atlas's own notice, passed on.", { type: 'string' }),
        Sunset: header("Atlas's own notice, passed on: when the endpoint ends.", { type: 'string' }),
        'RateLimit-Limit': header("Capacity of the organization's bucket at Atlas.", { type: 'integer' }),
        'RateLimit-Remaining': header('Requests that are left in it.', { type: 'integer' }),
      },
      securitySchemes: {
        iam: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: 'AWS Signature Version 4 for the service execute-api; the default.',
        },
        jwt: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Where the stack names an issuer.' },
      },
    },
  };
}

/** The documents that are published beside this file, by file name. */
export function documents(version: string): Readonly<Record<string, JsonSchema>> {
  return {
    'openapi.json': openApi(version),
    'request.schema.json': requestSchema(),
    'result.schema.json': resultSchema(),
    'dead-letter.schema.json': deadLetterSchema(),
  };
}
