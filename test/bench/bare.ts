/**
 * The yardstick of the network: the one DELETE by undici and nothing else. The token comes from outside, and so nothing is
 * read, kept or judged. One kept-alive connection for each request under way, so one for requests that follow each other.
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Client } from 'undici';

const origin = process.env['ATLAS_BASE_URL'] ?? '';
const headers = {
  authorization: `Bearer ${process.env['BENCH_TOKEN']}`,
  accept: 'application/vnd.atlas.2023-01-01+json',
};
const idle: Client[] = [];

/** Deletes one invitation; resolves with the status. */
export async function deleteInvitation(orgId: string, invitationId: string): Promise<number> {
  const client = idle.pop() ?? new Client(origin);
  const path = `/api/atlas/v2/orgs/${orgId}/invites/${invitationId}`;
  const { statusCode, body } = await client.request({ method: 'DELETE', path, headers });
  await body.dump();
  idle.push(client);
  return statusCode;
}

export async function handler({ pathParameters }: APIGatewayProxyEventV2): Promise<{ statusCode: number }> {
  return {
    statusCode: await deleteInvitation(pathParameters?.['orgId'] ?? '', pathParameters?.['invitationId'] ?? ''),
  };
}
