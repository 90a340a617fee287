/**
 * The yardstick: the same job written the straightforward way, with the packages imported by their index and nothing done
 * for speed. It has what such functions have (a secret and a token kept between requests, errors answered by middy), and
 * leaves out what they leave out (deadlines, repetitions, log line, metrics).
 */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import middy from '@middy/core';
import httpErrorHandler from '@middy/http-error-handler';
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from 'aws-lambda';
import { request } from 'undici';

const BASE_URL = process.env['ATLAS_BASE_URL'] ?? 'https://cloud.mongodb.com';
const secrets = new SecretsManagerClient({});
let token: { value: string; expiresAt: number } | undefined;

class HttpError extends Error {
  readonly statusCode: number;
  readonly expose = true;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

async function accessToken(): Promise<string> {
  if (token && Date.now() < token.expiresAt) return token.value;
  const secret = await secrets.send(new GetSecretValueCommand({ SecretId: process.env['ATLAS_SECRET_ID'] }));
  const { clientId, clientSecret } = JSON.parse(secret.SecretString ?? '{}');
  const { statusCode, body } = await request(`${BASE_URL}/api/oauth/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
    },
    body: 'grant_type=client_credentials',
  });
  // The shape that Atlas documents; this yardstick believes it.
  const answer = (await body.json()) as { access_token: string; expires_in: number };
  if (statusCode !== 200) throw new HttpError(502, 'No token.');
  token = { value: answer.access_token, expiresAt: Date.now() + (answer.expires_in - 60) * 1000 };
  return token.value;
}

async function cancelInvitation(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyResultV2> {
  const { orgId = '', invitationId = '' } = event.pathParameters ?? {};
  if (!/^[0-9a-f]{24}$/.test(orgId) || !/^[0-9a-f]{24}$/.test(invitationId)) throw new HttpError(400, 'Bad id.');
  const { statusCode, body } = await request(`${BASE_URL}/api/atlas/v2/orgs/${orgId}/invites/${invitationId}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${await accessToken()}`, accept: 'application/vnd.atlas.2023-01-01+json' },
  });
  const text = await body.text();
  if (statusCode !== 204) throw new HttpError(statusCode, text);
  return { statusCode: 204 };
}

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyResultV2>()
  .use(httpErrorHandler())
  .handler(cancelInvitation);
